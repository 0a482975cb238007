import { callScript, defineScript } from '../../platform/script.ts';
import type { Reply } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { unlessDisplaced } from '../displaced.ts';
import type { Displaced } from '../displaced.ts';
import { countersOf, fenced, unexpected } from '../replies.ts';
import type { Fenced } from '../replies.ts';

/** The state of a cell at one instant. `settled` counts orders, `watermark` entries. */
export interface CellSnapshot {
  readonly word: 'read';
  readonly state: 'open' | 'paused' | 'closed';
  readonly inbox: number;
  /** The number of the last instruction that may have put units on sale. */
  readonly restocked: number;
  readonly seq: number;
  readonly tag: string;
  readonly placed: number;
  readonly settled: number;
  readonly watermark: number;
  readonly unitsByOffer: ReadonlyMap<string, number>;
  /** What is left in budgets (minor units) and quotas (claims). */
  readonly pots: ReadonlyMap<string, number>;
}

function decodeSnapshot(reply: readonly Reply[]): CellSnapshot | Fenced {
  if (reply[0] === 'fenced') return fenced(reply);
  if (reply[0] !== 'read') return unexpected('read', reply[0]);
  const [, state, inbox, restocked, seq, tag, placed, settled, watermark, stock, pots] = reply;
  return {
    word: 'read',
    state: state as CellSnapshot['state'],
    inbox: inbox as number,
    restocked: restocked as number,
    seq: seq as number,
    tag: tag as string,
    placed: placed as number,
    settled: settled as number,
    watermark: watermark as number,
    unitsByOffer: countersOf(stock),
    pots: countersOf(pots),
  };
}

export const read = defineScript('read', {
  keys: [
    'fence',
    'meta',
    'stock',
    'shelves',
    'offers',
    'shoppers',
    'rules',
    'pots',
    'wallets',
    'outbox',
  ],
  args: ['has_counters'],
  flags: 'no-writes',
  decode: decodeSnapshot,
});

const ask = (cell: CellAddress, hasCounters: boolean): Promise<CellSnapshot | Displaced> =>
  unlessDisplaced(cell, () =>
    callScript(cell.steady, read, cell.shas!.read, cell.keys, {
      has_counters: hasCounters ? 1 : 0,
    }),
  );

/** A snapshot without what the cell may still sell and give. */
export type CellNumbers = Omit<CellSnapshot, 'unitsByOffer' | 'pots'>;

/** Reads a cell at little cost: its counters are as many as the sale has offers. */
export const readNumbers = (cell: CellAddress): Promise<CellNumbers | Displaced> =>
  ask(cell, false);

/**
 * @param known a snapshot of this epoch whose stock and pots are recent enough to be kept
 * @returns that the cell is elsewhere when it did not answer for this epoch
 */
export async function readCell(
  cell: CellAddress,
  known: CellSnapshot | null = null,
): Promise<CellSnapshot | Displaced> {
  const answer = await ask(cell, known === null);
  if (!known || answer.word !== 'read') return answer;
  return { ...answer, unitsByOffer: known.unitsByOffer, pots: known.pots };
}
