import { unpack } from '../../platform/codec.ts';
import type { CellEpoch } from '../cell-address.ts';
import { SEALS } from '../keys.ts';

/** The last entry of an outbox. */
export interface LastEntry {
  readonly id: string;
  readonly tag: string;
  readonly placed: string;
}

/** What a cell knows of its own sale, at one instant. */
export interface CellTerms {
  readonly meta: ReadonlyMap<string, string>;
  /** Unpacked, by offer. */
  readonly offers: ReadonlyMap<string, unknown>;
  /** Unpacked, by field. */
  readonly rules: ReadonlyMap<string, unknown>;
  /** Null: its outbox is empty. */
  readonly lastEntry: LastEntry | null;
}

type Fields = Readonly<Record<string, Buffer>>;

/** In the place of a value that is no msgpack. It equals no value of the ledger's. */
const UNREADABLE = Symbol('unreadable');

function unlessUnreadable(packed: Buffer): unknown {
  try {
    return unpack(packed);
  } catch {
    return UNREADABLE;
  }
}

function unpacked(fields: Fields, seal: string): Map<string, unknown> {
  const found = Object.entries(fields).filter(([name]) => name !== seal || seal === SEALS.rules);
  return new Map(found.map(([name, packed]) => [name, unlessUnreadable(packed)]));
}

function lastOf(entries: readonly [id: Buffer, flat: Buffer[]][]): LastEntry | null {
  const [last] = entries;
  if (!last) return null;
  const flat = last[1].map(String);
  const field = (name: string) => flat[flat.indexOf(name) + 1] ?? '';
  return { id: String(last[0]), tag: field('tag'), placed: field('placed') };
}

/** @returns null when the cell is in another epoch, or one of these keys has another type */
export async function readTerms({ keys, epoch, steady }: CellEpoch): Promise<CellTerms | null> {
  const answers = await steady
    .multi()
    .get(keys.fence)
    .hgetallBuffer(keys.meta)
    .hgetallBuffer(keys.offers)
    .hgetallBuffer(keys.rules)
    .xrevrangeBuffer(keys.outbox, '+', '-', 'COUNT', 1)
    .exec();
  if (!answers || answers.some(([error]) => error)) return null;
  const [fence, meta, offers, rules, last] = answers.map(([, answer]) => answer);
  if (fence !== String(epoch)) return null;
  const text = Object.entries(meta as Fields).map(
    ([name, value]) => [name, String(value)] as const,
  );
  return {
    meta: new Map(text),
    offers: unpacked(offers as Fields, SEALS.offers),
    rules: unpacked(rules as Fields, SEALS.rules),
    lastEntry: lastOf(last as [Buffer, Buffer[]][]),
  };
}
