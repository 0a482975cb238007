import { toTimestamp } from '../../domain/timestamps.ts';
import type { ChainedChange } from '../../ledger/changes/read-changes.ts';

/** A change as people read it; money in minor units, times in RFC 3339. */
export interface ChangeView {
  readonly number: number;
  readonly at: string;
  /** Null: someone outside the reader's store, whose name is not for the reader. */
  readonly sub: string | null;
  readonly role: string;
  readonly store: string | null;
  readonly what: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly route: string;
  readonly requestId: string;
  readonly hash: string;
}

/** Fields that have another name in the API, apart from their unit. */
const API_NAMES: Readonly<Record<string, string>> = {
  payWithinS: 'payWithinSeconds',
  hasClawback: 'clawback',
  isPaused: 'paused',
  isCoupon: 'coupon',
  isFullPriceOnly: 'fullPriceOnly',
};

/** A field in the words of the API: its unit leaves its name. */
function shownField([name, value]: [string, unknown]): [string, unknown] {
  const known = API_NAMES[name];
  if (known !== undefined) return [known, value];
  if (name.endsWith('AtMs') || name.endsWith('FromMs')) {
    const time = typeof value === 'number' ? toTimestamp(value) : value;
    return [name.slice(0, -'Ms'.length), time];
  }
  return [name.replace(/Minor$/, ''), shown(value)];
}

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== 'object') return value;
  const { cooldownAfter: after, cooldownS: seconds, ...rest } = value as Record<string, unknown>;
  const fields = Object.entries(rest).map(shownField);
  if (after !== undefined) fields.push(['cooldown', { after, seconds }]);
  return Object.fromEntries(fields);
}

/** @param reader the store of the merchant who reads; null: an operator */
export function changeView(change: ChainedChange, reader: string | null): ChangeView {
  const { number, atMs, role, store, what, subject, reason, route, requestId, hash } = change;
  return {
    number,
    at: toTimestamp(atMs),
    sub: reader === null || store === reader ? change.sub : null,
    role,
    store,
    what,
    subject,
    before: shown(change.before),
    after: shown(change.after),
    reason,
    route,
    requestId,
    hash: hash.toString('hex'),
  };
}
