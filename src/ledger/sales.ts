import { isDeepStrictEqual } from 'node:util';
import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import type { Instruction } from '../domain/instruction.ts';
import { saleMoves } from '../domain/sale.ts';
import type { Sale, SaleMove, SaleState, SaleTerms } from '../domain/sale.ts';
import { deal } from '../domain/units.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { createCells } from './cells.ts';
import { appendInstructions } from './instructions.ts';
import { giveUnits, offerInstruction, offersOfSale } from './offers.ts';

/** A sale without its offers. */
export type SaleRow = Omit<Sale, 'offers'>;

/** `unchanged`: the same as before, nothing was written. */
export type Change =
  | { readonly kind: 'created' | 'changed' | 'unchanged' }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'unknown' };

const find = query<SaleRow>('sales/find');
const lock = query('sales/lock');
const upsert = query('sales/upsert');
const setState = query('sales/set-state');
const raiseRules = query<{ rules_version: number }>('sales/raise-rules');
const findDocument = query<{ body: unknown }>('documents/find');
const saveDocument = query('documents/save');

export async function findSale(on: Queryable, sale: SaleId): Promise<SaleRow | null> {
  return (await rows(on, find, [sale]))[0] ?? null;
}

/** The sale as it is once every change before this one has committed. */
export async function lockSale(client: PoolClient, sale: SaleId): Promise<SaleRow | null> {
  await rows(client, lock, [sale]);
  return findSale(client, sale);
}

/** True when this document was the last PUT for its subject; else it is from now on. */
export async function isLastDocument(
  on: Queryable,
  sale: SaleId,
  subject: string,
  document: unknown,
): Promise<boolean> {
  const [last] = await rows(on, findDocument, [sale, subject]);
  if (last && isDeepStrictEqual(last.body, JSON.parse(JSON.stringify(document)))) return true;
  await run(on, saveDocument, [sale, subject, JSON.stringify(document)]);
  return false;
}

/** One instruction list to every cell of a sale. */
export async function tellCells(
  client: PoolClient,
  { id, cells }: Pick<SaleRow, 'id' | 'cells'>,
  bodiesOf: (cell: number) => readonly Instruction[],
): Promise<void> {
  for (let cell = 0; cell < cells; cell++) {
    const bodies = bodiesOf(cell);
    if (bodies.length > 0) await appendInstructions(client, { sale: id, cell }, bodies);
  }
}

type CellTerms = Pick<SaleTerms, 'opensAtMs' | 'closesAtMs' | 'payWithinS'>;

const termsOf = (terms: CellTerms, rulesVersion: number): Instruction => ({
  kind: 'sale',
  opens_at: terms.opensAtMs,
  closes_at: terms.closesAtMs,
  pay_within: terms.payWithinS * 1000,
  rules_version: rulesVersion,
});

/** The terms every cell needs, under a new rules version. */
export async function changedTerms(
  client: PoolClient,
  sale: SaleId,
  terms: CellTerms,
): Promise<Instruction> {
  const [raised] = await rows(client, raiseRules, [sale]);
  return termsOf(terms, raised!.rules_version);
}

function saleConflict(now: SaleRow, terms: SaleTerms): string | null {
  if (now.state === 'closed') return 'the sale is closed';
  if (now.state === 'draft') return null;
  if (now.cells !== terms.cells) return 'cells are fixed from the first opening';
  if (now.currency !== terms.currency) return 'the currency is fixed from the first opening';
  return null;
}

/** Creates a sale or sets its terms; in an opened sale new orders follow them. */
export function putSale(pool: Pool, id: SaleId, terms: SaleTerms): Promise<Change> {
  return transaction(pool, async (client) => {
    const now = await lockSale(client, id);
    const detail = now && saleConflict(now, terms);
    if (detail) return { kind: 'conflict', detail };
    if (await isLastDocument(client, id, 'sale', terms)) return { kind: 'unchanged' };
    const { name, currency, opensAtMs, closesAtMs, payWithinS, cells } = terms;
    await run(client, upsert, [id, name, currency, opensAtMs, closesAtMs, payWithinS, cells]);
    if (now && now.state !== 'draft') {
      const instruction = await changedTerms(client, id, terms);
      await tellCells(client, now, () => [instruction]);
    }
    return { kind: now ? 'changed' : 'created' };
  });
}

/** First opening: cells are made, every cap is dealt, and each cell is told all it needs. */
async function openFirst(client: PoolClient, sale: SaleRow): Promise<void> {
  await createCells(client, sale.id, sale.cells);
  const terms = termsOf(sale, sale.rulesVersion);
  const offers = await offersOfSale(client, sale.id);
  const shares = offers.map((offer) => ({ offer, units: deal(offer.cap, sale.cells) }));
  for (const { offer, units } of shares) await giveUnits(client, sale.id, offer.id, units);
  await tellCells(client, sale, (cell) => [
    terms,
    ...shares.flatMap(({ offer, units }): Instruction[] => [
      offerInstruction(offer),
      { kind: 'units', offer: offer.id, units: units[cell]! },
    ]),
    { kind: 'state', state: 'open' },
  ]);
}

/** Opens, pauses, resumes or closes a sale. Closing is final. */
export function moveSale(pool: Pool, id: SaleId, move: SaleMove): Promise<Change> {
  const { from, to }: { from: readonly SaleState[]; to: 'open' | 'paused' | 'closed' } =
    saleMoves[move];
  return transaction(pool, async (client) => {
    const now = await lockSale(client, id);
    if (!now) return { kind: 'unknown' };
    if (now.state === to) return { kind: 'unchanged' };
    if (!from.includes(now.state)) {
      return { kind: 'conflict', detail: `cannot ${move} a sale that is ${now.state}` };
    }
    if (now.state === 'draft') await openFirst(client, now);
    else await tellCells(client, now, () => [{ kind: 'state', state: to }]);
    await run(client, setState, [id, to]);
    return { kind: 'changed' };
  });
}
