import type { SaleId, StoreId } from '../ids.ts';

/** What a person did to a thing. */
export type ChangeWord =
  | 'put'
  | 'patch'
  | 'open'
  | 'pause'
  | 'resume'
  | 'close'
  | 'grant'
  | 'rotate'
  | 'delete'
  | 'cancel'
  | 'replay'
  | 'release'
  | 'refund'
  | 'retry'
  | 'resolve'
  | 'recover'
  | 'reopen'
  | 'accept-loss'
  | 'adopt'
  | 'erase'
  | 'trim';

/** A change by a person. `before` and `after` become JSON: money in minor units, times in ms. */
export interface Change {
  /** Null: it belongs to no sale. */
  readonly sale: SaleId | null;
  /** `sale`, or a kind and an id, e.g. `offer:a`. It never has the id of a shopper. */
  readonly subject: string;
  readonly what: ChangeWord;
  /** The store that the thing belongs to: its merchants may read the change. Null: operators do. */
  readonly owner: StoreId | null;
  /** Null: the thing did not exist, or the change replaces nothing. */
  readonly before: object | null;
  /** Null: the thing is gone, or there is nothing to say about it. */
  readonly after: object | null;
}

/** A change as it is kept, chained to the one before it in its sale. */
export interface RecordedChange extends Change {
  /** From 1, in its sale. */
  readonly number: number;
  readonly atMs: number;
  readonly sub: string;
  readonly role: string;
  /** The store of the person. */
  readonly store: StoreId | null;
  readonly route: string;
  readonly requestId: string;
  readonly reason: string | null;
}

export const MAX_REASON_CHARACTERS = 200;
const PRINTABLE = /^[^\p{C}\u2028\u2029]*$/u;

/** Whether a text may be the reason of a change. */
export const isReason = (text: string): boolean =>
  text.length >= 1 && text.length <= MAX_REASON_CHARACTERS && PRINTABLE.test(text);
