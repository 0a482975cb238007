import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import { receiptView } from '../../domain/order.ts';
import type { ReceiptView } from '../../domain/order.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { BAD_CURSOR, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { Incoming } from '../../ledger/books/incoming-orders.ts';
import {
  findDeadLetter,
  listDeadLetters,
  releaseDeadLetter,
  replayDeadLetter,
} from '../../ledger/cells/dead-letters.ts';
import type {
  DeadLetter,
  DeadLetterRefusal,
  DeadLetterState,
} from '../../ledger/cells/dead-letters.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';

export interface DeadLettersRequest {
  /** Null: any. */
  readonly state: DeadLetterState | null;
  /** Null: of all sales. */
  readonly sale: SaleId | null;
  /** Null: the first page. */
  readonly cursor: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

/** A dead letter as operators read it; times in RFC 3339. */
export interface DeadLetterView {
  readonly id: number;
  readonly sale: string;
  readonly cell: number;
  /** Epoch and number of the outbox entry. */
  readonly entry: string;
  readonly kind: 'order' | 'claim' | 'entry';
  /** The id of the order or claim; null: nobody could read the entry. */
  readonly order: string | null;
  readonly state: DeadLetterState;
  readonly sqlstate: string | null;
  readonly reason: string;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
}

/** What a shopper was told of; money in minor units. */
export interface LetterContent {
  readonly shopper: string;
  readonly key: string;
  /** Null when the entry's time is not a valid date. */
  readonly placedAt: string | null;
  /** Null: it is a claim. */
  readonly receipt: ReceiptView | null;
  /** Null: it is an order. */
  readonly claim: { readonly promotion: string; readonly amount: number } | null;
}

export interface DeadLetterDetails extends DeadLetterView {
  /** Null: nobody could read the entry. */
  readonly content: LetterContent | null;
}

export interface DeadLettersPage {
  readonly items: readonly DeadLetterView[];
  /** The cursor of the next page; null: there is none. */
  readonly next: string | null;
}

const CURSOR = /^\d{1,15}$/;
/** Milliseconds from 1970 to the last time that can be written. */
const LAST_MS = 8.64e15;

function letterView(letter: DeadLetter): DeadLetterView {
  const { id, sale, cell, epoch, seq, orderId, body, createdAt, resolvedAt } = letter;
  return {
    id,
    sale,
    cell,
    entry: `${epoch}-${seq}`,
    kind: body?.kind ?? 'entry',
    order: orderId,
    state: letter.state,
    sqlstate: letter.sqlstate,
    reason: letter.reason,
    createdAt: createdAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  };
}

function contentOf(incoming: Incoming): LetterContent {
  const { shopper, key, atMs, kind } = incoming;
  const placedAt = atMs <= LAST_MS ? toTimestamp(atMs) : null;
  const shared = { shopper, key, placedAt };
  if (kind === 'order') return { ...shared, receipt: receiptView(incoming), claim: null };
  const claim = { promotion: incoming.promotion, amount: incoming.amountMinor };
  return { ...shared, receipt: null, claim };
}

const detailsOf = (letter: DeadLetter): DeadLetterDetails => ({
  ...letterView(letter),
  content: letter.body && contentOf(letter.body),
});

/** Lists dead letters, oldest first. A cursor is the id of the last letter before the page. */
export async function deadLetters(
  { pool }: { readonly pool: Pool },
  { state, sale, cursor, limit }: DeadLettersRequest,
): Promise<DeadLettersPage | Refusal> {
  if (cursor !== null && !CURSOR.test(cursor)) return BAD_CURSOR;
  const found = await listDeadLetters(pool, {
    state: state ?? undefined,
    sale: sale ?? undefined,
    after: Number(cursor ?? 0),
    most: limit + 1,
  });
  const items = found.slice(0, limit).map(letterView);
  return { items, next: found.length > limit ? String(items.at(-1)!.id) : null };
}

export async function deadLetter(
  { pool }: { readonly pool: Pool },
  id: number,
): Promise<DeadLetterDetails | Refusal> {
  const letter = await findDeadLetter(pool, id);
  return letter ? detailsOf(letter) : NOT_FOUND;
}

const WHY: Readonly<Record<Exclude<DeadLetterRefusal, 'unknown'>, string>> = {
  resolved: 'It was already replayed or released.',
  unreadable: 'This entry cannot be read, so it can only be released.',
};

const refusalOf = (word: DeadLetterRefusal): Refusal =>
  word === 'unknown' ? NOT_FOUND : { code: 'conflict', detail: WHY[word] };

/** Settles a buried order or claim, after its cause was removed. */
export async function replayLetter(
  { pool }: { readonly pool: Pool },
  id: number,
  actor: Actor,
): Promise<DeadLetterDetails | Refusal> {
  const outcome = await replayDeadLetter(pool, id, actor);
  if (outcome === 'replayed') return deadLetter({ pool }, id);
  if (typeof outcome === 'string') return refusalOf(outcome);
  const { sqlstate, reason } = outcome;
  const detail = `The ledger still refuses it: ${reason} (SQLSTATE ${sqlstate}).`;
  return { code: 'conflict', detail };
}

export interface ReleaseDeps {
  readonly pool: Pool;
  readonly courier: Pick<InstructionCourier, 'push'>;
}

/** Gives up a buried order, claim or entry, and brings what it took back to its cell. */
export async function releaseLetter(
  { pool, courier }: ReleaseDeps,
  id: number,
  actor: Actor,
): Promise<DeadLetterDetails | Refusal> {
  const outcome = await releaseDeadLetter(pool, id, actor);
  if (outcome !== 'released') return refusalOf(outcome);
  const letter = (await findDeadLetter(pool, id))!;
  if (letter.body) await courier.push({ sale: letter.sale, cell: letter.cell });
  return detailsOf(letter);
}
