import type { Pool, PoolClient } from 'pg';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import type { CellId, SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { couponsUsed, redPacketUsed, takenFromPots } from '../../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../../domain/units.ts';
import { pack } from '../../platform/codec.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { findCursor, recordDiverged } from '../cell-rows.ts';
import { claimsOf, incomingOf, ordersOf, readIncoming } from '../books/incoming-orders.ts';
import type { Incoming, IncomingBody } from '../books/incoming-orders.ts';
import { returnUnits } from '../books/return-units.ts';
import { recordChange } from '../changes/record-change.ts';
import { insertIncoming } from './insert-incoming-orders.ts';
import { appendInstructions } from '../instructions.ts';
import type { Refused } from '../poison.ts';

/** An acknowledged order, claim or entry that could not be settled. */
export interface DeadLetter {
  readonly id: number;
  readonly sale: SaleId;
  readonly cell: number;
  readonly epoch: number;
  readonly seq: number;
  /** From 0, in the entry; -1: the entry itself, which is unreadable or not in the chain. */
  readonly position: number;
  /** The id of the order or claim; null: it is an entry. */
  readonly orderId: string | null;
  readonly body: Incoming | null;
  readonly sqlstate: string | null;
  readonly reason: string;
  readonly state: DeadLetterState;
  readonly createdAt: Date;
  /** When an operator replayed or released it; null: nobody has. */
  readonly resolvedAt: Date | null;
}

export const DEAD_LETTER_STATES = ['buried', 'replayed', 'released'] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

interface DeadLetterRow extends Omit<DeadLetter, 'body'> {
  readonly body: IncomingBody | null;
}

/** The reason why an operator's replay or release changed nothing. */
export type DeadLetterRefusal = 'unknown' | 'resolved' | 'unreadable';

/** Which dead letters to list; a field that is left out admits all. */
export interface DeadLetterFilter {
  readonly state?: DeadLetterState | undefined;
  readonly sale?: string | undefined;
  /** Only those with a greater id. */
  readonly after?: number;
  /** Default: 1000. */
  readonly most?: number;
}

const MOST = 1_000;

/** Postgres keeps no NUL in text. Without this, one order with a NUL would stop all settlement. */
const withoutNul = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;

const NOT_IN_CHAIN = 'not in the chain';
const settledAmong = query<{ id: string }>('orders/rows/settled-among');
const bury = query('cells/dead-letters/bury');
const list = query<DeadLetterRow>('cells/dead-letters/list');
const find = query<DeadLetterRow>('cells/dead-letters/find');
const lock = query<DeadLetterRow>('cells/dead-letters/lock');
const resolve = query('cells/dead-letters/resolve');

/**
 * Makes an order or claim a dead letter, so that settlement goes on without it.
 * @returns how many letters are new: 0 when it was buried before
 */
export async function buryIncoming(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  incoming: Incoming,
  { sqlstate, reason }: { sqlstate: string | null; reason: string },
): Promise<number> {
  const { seq, tag, position, id } = incoming;
  const body = JSON.stringify(incoming, withoutNul);
  const at = [sale, cell, epoch, seq, tag, position];
  return run(client, bury, [...at, id, body, pack(incoming), sqlstate, reason]);
}

/** Makes a whole entry a dead letter, with its bytes. @returns as `buryIncoming` does */
export async function buryEntry(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  { seq, tag, bytes, fault }: OutboxItem,
): Promise<number> {
  const at = [sale, cell, epoch, seq, tag, -1];
  return run(client, bury, [...at, null, null, bytes, null, fault ?? NOT_IN_CHAIN]);
}

/**
 * Buries entries that a recovery could not drain because they are not in the ledger's chain. Each
 * order and claim of a readable entry becomes a letter of its own, so that its units, limit and key
 * stay counted. Orders and claims that the ledger has are passed over.
 * @returns how many letters are new
 */
export async function buryUndrained(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  items: readonly OutboxItem[],
): Promise<number> {
  let buried = 0;
  for (const item of items) {
    if (!item.entry) buried += await buryEntry(client, cell, epoch, item);
    const incoming = item.entry ? incomingOf(cell, item.entry) : [];
    const ids = incoming.map(({ id }) => id);
    const settled = new Set((await rows(client, settledAmong, [ids])).map(({ id }) => id));
    for (const one of incoming.filter(({ id }) => !settled.has(id))) {
      const why = { sqlstate: null, reason: NOT_IN_CHAIN };
      buried += await buryIncoming(client, cell, epoch, one, why);
    }
  }
  return buried;
}

const readLetter = (row: DeadLetterRow): DeadLetter => ({
  ...row,
  body: row.body && readIncoming(row.body),
});

/** Lists dead letters, oldest first. */
export async function listDeadLetters(
  on: Queryable,
  { state, sale, after = 0, most = MOST }: DeadLetterFilter = {},
): Promise<DeadLetter[]> {
  return (await rows(on, list, [state ?? null, sale ?? null, after, most])).map(readLetter);
}

/** @returns null when there is no such letter */
export async function findDeadLetter(on: Queryable, id: number): Promise<DeadLetter | null> {
  const [row] = await rows(on, find, [id]);
  return row ? readLetter(row) : null;
}

/** Locks a letter that an operator may act on. */
async function lockBuried(client: PoolClient, id: number): Promise<DeadLetter | DeadLetterRefusal> {
  const [row] = await rows(client, lock, [id]);
  if (!row) return 'unknown';
  return row.state === 'buried' ? readLetter(row) : 'resolved';
}

/** Everything an order took goes back. The cell finds a claim by its serial, and takes its gain. */
async function releaseInstruction(
  client: PoolClient,
  cell: CellId,
  incoming: Incoming,
): Promise<Instruction> {
  const { shopper, serial } = incoming;
  const orders = ordersOf([incoming]);
  const units = unitsByOffer(orders.flatMap(({ lines }) => lines));
  return {
    kind: 'release',
    shopper,
    serial,
    units: await returnUnits(client, cell, units, 'buried'),
    pots: [...takenFromPots(orders, claimsOf([incoming]))],
    coupons: orders.flatMap(couponsUsed),
    points: orders.reduce((sum, { pointsUsed }) => sum + pointsUsed, 0),
    red_packet: orders.reduce((sum, order) => sum + redPacketUsed(order), 0),
  };
}

const cellOf = ({ sale, cell }: DeadLetter): CellId => ({ sale, cell });

const record = (
  client: PoolClient,
  actor: Actor,
  { sale, id, orderId }: DeadLetter,
  what: 'replay' | 'release',
): Promise<void> =>
  recordChange(client, actor, {
    sale,
    subject: `dead-letter:${id}`,
    what,
    owner: null,
    before: { state: 'buried', order: orderId },
    after: { state: what === 'replay' ? 'replayed' : 'released', order: orderId },
  });

/**
 * Settles a buried order or claim, after an operator has fixed the cause.
 * @returns why Postgres still refuses it, when it does: nothing changed
 */
export function replayDeadLetter(
  pool: Pool,
  id: number,
  actor: Actor,
): Promise<'replayed' | DeadLetterRefusal | Refused> {
  return transaction(pool, async (client) => {
    const letter = await lockBuried(client, id);
    if (typeof letter === 'string') return letter;
    if (!letter.body) return 'unreadable';
    const [poison] = await insertIncoming(client, cellOf(letter), letter.epoch, [letter.body]);
    if (poison) return { sqlstate: poison.sqlstate, reason: poison.reason };
    await run(client, resolve, [id, 'replayed']);
    await record(client, actor, letter, 'replay');
    return 'replayed';
  });
}

/**
 * Gives up a buried order or claim. An instruction returns its units, limit and key to the cell.
 * Nobody knows those of an unreadable entry, so its cell is marked as diverged, and a recovery
 * rebuilds the cell without the entry.
 */
export function releaseDeadLetter(
  pool: Pool,
  id: number,
  actor: Actor,
): Promise<'released' | DeadLetterRefusal> {
  return transaction(pool, async (client) => {
    const letter = await lockBuried(client, id);
    if (typeof letter === 'string') return letter;
    const cell = cellOf(letter);
    const present = letter.body ? null : await findCursor(client, cell);
    if (present) await recordDiverged(client, cell, present.epoch);
    await run(client, resolve, [id, 'released']);
    if (letter.body) {
      const told = await releaseInstruction(client, cell, letter.body);
      await appendInstructions(client, cell, [told]);
    }
    await record(client, actor, letter, 'release');
    return 'released';
  });
}
