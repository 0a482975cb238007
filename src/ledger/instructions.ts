import type { CellId, SaleId } from '../domain/ids.ts';
import { INSTRUCTIONS_PER_CALL } from '../domain/inbox-instruction.ts';
import type { Instruction, NumberedInstruction } from '../domain/inbox-instruction.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

const advance = query<{ last: number }>('cells/inbox/take-numbers');
const append = query('cells/inbox/append');
const after = query<NumberedInstruction>('cells/inbox/list-after');
const lastNumber = query<{ last: number }>('cells/inbox/last-number');

/**
 * Writes numbered instructions into a cell's inbox, in the transaction of their effect.
 * @returns the number of the last instruction
 */
export async function appendInstructions(
  on: Queryable,
  { sale, cell }: CellId,
  bodies: readonly Instruction[],
): Promise<number> {
  const [inbox] = await rows(on, advance, [sale, cell, bodies.length]);
  if (!inbox) throw new Error(`cell ${sale}.${cell} has no inbox`);
  const first = inbox.last - bodies.length + 1;
  await run(on, append, [sale, cell, first, bodies.map((body) => JSON.stringify(body))]);
  return inbox.last;
}

/** Writes instructions into the inbox of every cell of a sale, a list for each. */
export async function tellCells(
  on: Queryable,
  { id, cells }: { readonly id: SaleId; readonly cells: number },
  bodiesOf: (cell: number) => readonly Instruction[],
): Promise<void> {
  for (let cell = 0; cell < cells; cell++) {
    const bodies = bodiesOf(cell);
    if (bodies.length > 0) await appendInstructions(on, { sale: id, cell }, bodies);
  }
}

/** Lists the instructions after a number, at most as many as one call applies. */
export function instructionsAfter(
  on: Queryable,
  { sale, cell }: CellId,
  number: number,
): Promise<NumberedInstruction[]> {
  return rows(on, after, [sale, cell, number, INSTRUCTIONS_PER_CALL]);
}

/** The number of the cell's last instruction; 0 when it has none. */
export async function lastInstruction(on: Queryable, { sale, cell }: CellId): Promise<number> {
  return (await rows(on, lastNumber, [sale, cell]))[0]?.last ?? 0;
}
