import { BUSY, NOT_FOUND } from '../domain/refusals.ts';
import type { Refusal } from '../domain/refusals.ts';
import { toTimestamp } from '../domain/timestamps.ts';
import type { Reply } from '../platform/script.ts';
import { SEAL } from './keys.ts';

/** The epoch moved on, or the cell's keys are gone. `epoch`: the fence's, '' without one. */
export interface Fenced {
  readonly word: 'fenced';
  readonly epoch: string;
}

/** The entry that a call wrote. */
export interface EntryNumbers {
  /** Its number; null: the call wrote none, and the other two say nothing. */
  readonly seq: number | null;
  /** The tag of the entry before. */
  readonly prev: string;
  /** Orders and claims of the epoch up to and with this entry. */
  readonly placed: number;
}

/** A refusal that needs nothing but the script's own words. */
export interface Refused {
  readonly word: 'refused';
  readonly refusal: Refusal;
}

export const fenced = (reply: readonly Reply[]): Fenced => ({
  word: 'fenced',
  epoch: String(reply[1]),
});

export const unexpected = (name: string, word: Reply | undefined): never => {
  throw new Error(`${name} answered ${String(word)}`);
};

export const refused = (refusal: Refusal): Refused => ({ word: 'refused', refusal });

type Reader = (reply: readonly Reply[]) => Refused;

/** How to read each refusal that several scripts share. */
const refusals: Readonly<Record<string, Reader>> = {
  limit_reached: (o) => {
    const no = { code: 'limit_reached', limit: Number(o[1]), taken: Number(o[2]) } as const;
    // Lua's false is null here, and a text of `checkout` is a Buffer.
    if (o[3]) return refused({ ...no, of: String(o[3]) as 'holds' | 'orders' });
    return refused(o[4] ? { ...no, offer: String(o[4]) } : no);
  },
  rate_limited: (o) => refused({ code: 'rate_limited', retryAfterS: Number(o[1]) }),
  sale_not_open: (o) => refused({ code: 'sale_not_open', opensAt: toTimestamp(Number(o[1])) }),
  sale_over: () => refused({ code: 'sale_over' }),
  sale_paused: (o) =>
    refused(
      o[1] === undefined ? { code: 'sale_paused' } : { code: 'sale_paused', offer: String(o[1]) },
    ),
  key_reused: () => refused({ code: 'key_reused' }),
  coupon_unavailable: (o) => refused({ code: 'coupon_unavailable', promotion: String(o[1]) }),
  not_found: () => refused(NOT_FOUND),
  busy: () => refused(BUSY),
};

/** @returns null when the word is one of a script's own */
export function readRefusal(reply: readonly Reply[]): Refused | null {
  const read = refusals[String(reply[0])];
  return read ? read(reply) : null;
}

/** @returns an entry's number, or null for 0: there is none, or the ledger has it */
export function entrySeq(reply: Reply | undefined): number | null {
  if (typeof reply !== 'number') throw new TypeError(`an entry has the number ${String(reply)}`);
  return reply === 0 ? null : reply;
}

/** name, counter, name, counter …, among them the seal of their hash */
export function countersOf(reply: Reply | undefined): Map<string, number> {
  const counters = new Map<string, number>();
  const flat = reply as readonly Reply[];
  for (let i = 0; i < flat.length; i += 2) counters.set(String(flat[i]), Number(flat[i + 1]));
  counters.delete(SEAL);
  return counters;
}
