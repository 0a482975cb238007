import type { Redis } from 'ioredis';
import { BUSY } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CellShas } from '../domain/cell.ts';
import { cellName } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';
import { defineScript, loadScript, scriptText } from '../platform/script.ts';
import type { AnyScript, Reply } from '../platform/script.ts';

/** Raised with any change to a script's keys, arguments or replies: older processes stand back. */
export const PROTOCOL = 1;

/** The epoch moved on, or the cell's keys are gone. `epoch`: the fence's, '' without one. */
export interface Fenced {
  readonly word: 'fenced';
  readonly epoch: string;
}

/** What became of one item of a purchase batch. */
export type ItemOutcome =
  | { readonly word: 'placed'; readonly priceMinor: number; readonly store: string }
  | {
      readonly word: 'replayed';
      readonly serial: string;
      readonly quantity: number;
      readonly priceMinor: number;
      readonly store: string;
      readonly payByMs: number;
      readonly rulesVersion: number;
    }
  | { readonly word: 'sold_out'; readonly unitsLeft: number }
  | { readonly word: 'refused'; readonly refusal: Refusal }
  | { readonly word: 'unknown_offer' | 'unreadable' };

export interface PurchaseReply {
  readonly word: 'batch';
  readonly atMs: number;
  readonly payByMs: number;
  readonly rulesVersion: number;
  /** The highest instruction the cell had applied. */
  readonly inbox: number;
  /** The entry's number; 0 when nothing was placed. */
  readonly seq: number;
  readonly outcomes: readonly ItemOutcome[];
}

const fenced = (reply: readonly Reply[]): Fenced => ({ word: 'fenced', epoch: String(reply[1]) });

const unexpected = (name: string, word: Reply | undefined): never => {
  throw new Error(`${name} answered ${String(word)}`);
};

const refused = (refusal: Refusal): ItemOutcome => ({ word: 'refused', refusal });
const invalid = (pointer: string, detail: string): ItemOutcome =>
  refused({ code: 'invalid', errors: [{ pointer, detail }] });

/** One reader a word of an outcome that did not place an order. */
const outcomes: Record<string, (o: readonly Reply[]) => ItemOutcome> = {
  replayed: (o) => ({
    word: 'replayed',
    serial: o[1] as string,
    quantity: o[2] as number,
    priceMinor: o[3] as number,
    store: o[4] as string,
    payByMs: o[5] as number,
    rulesVersion: o[6] as number,
  }),
  sold_out: (o) => ({ word: 'sold_out', unitsLeft: o[1] as number }),
  unknown_offer: () => ({ word: 'unknown_offer' }),
  unreadable: () => ({ word: 'unreadable' }),
  invalid: (o) => invalid(o[1] as string, 'the order is worth more than 90000000 minor units'),
  cart_lane: () => invalid('/lines/0/offer', 'an offer of the cart lane; carts are not open yet'),
  limit_reached: (o) =>
    refused({ code: 'limit_reached', limit: o[1] as number, taken: o[2] as number }),
  sale_not_open: (o) =>
    refused({ code: 'sale_not_open', opensAt: new Date(o[1] as number).toISOString() }),
  price_changed: (o) => refused({ code: 'price_changed', total: o[1] as number }),
  sale_over: () => refused({ code: 'sale_over' }),
  sale_paused: () => refused({ code: 'sale_paused' }),
  key_reused: () => refused({ code: 'key_reused' }),
  busy: () => refused(BUSY),
};

/** @param told price, store, price, store … of what was placed; an outcome points into it from 1 */
function decodeOutcomes(told: readonly Reply[], list: readonly Reply[]): ItemOutcome[] {
  const placed: ItemOutcome[] = [];
  for (let i = 0; i < told.length; i += 2) {
    const [priceMinor, store] = [told[i] as number, told[i + 1] as string];
    placed[i + 1] = { word: 'placed', priceMinor, store };
  }
  return list.map((one) => (typeof one === 'number' ? placed[one]! : decodeRefusal(one)));
}

function decodeRefusal(outcome: Reply): ItemOutcome {
  const words = outcome as readonly Reply[];
  const read = outcomes[words[0] as string];
  return read ? read(words) : unexpected('purchase', words[0]);
}

export const purchase = defineScript('purchase', {
  keys: ['fence', 'meta', 'stock', 'offers', 'shoppers', 'outbox'],
  args: ['batch', 'tag', 'backlog_limit'],
  decode: (reply): PurchaseReply | Fenced => {
    if (reply[0] === 'fenced') return fenced(reply);
    if (reply[0] !== 'batch') return unexpected('purchase', reply[0]);
    const [, atMs, payByMs, rulesVersion, inbox, seq] = reply as readonly number[];
    return {
      word: 'batch',
      atMs: atMs!,
      payByMs: payByMs!,
      rulesVersion: rulesVersion!,
      inbox: inbox!,
      seq: seq!,
      outcomes: decodeOutcomes(reply[6] as readonly Reply[], reply.slice(7)),
    };
  },
});

export type InstructReply =
  | { readonly word: 'applied' | 'gap'; readonly inbox: number }
  | { readonly word: 'malformed'; readonly number: number }
  | Fenced;

export const instruct = defineScript('instruct', {
  keys: ['fence', 'meta', 'stock', 'offers', 'shoppers', 'outbox'],
  args: ['instructions', 'watermark', 'settled'],
  flags: 'allow-oom',
  decode: (reply): InstructReply => {
    const [word, number] = reply as readonly [string, number];
    if (word === 'fenced') return fenced(reply);
    if (word === 'applied' || word === 'gap') return { word, inbox: number };
    if (word === 'malformed') return { word, number };
    return unexpected('instruct', word);
  },
});

/** What a cell says of itself at one instant. `settled` counts orders, `watermark` entries. */
export interface CellSnapshot {
  readonly word: 'read';
  readonly state: 'open' | 'paused' | 'closed';
  readonly inbox: number;
  readonly seq: number;
  readonly tag: string;
  readonly placed: number;
  readonly settled: number;
  readonly watermark: number;
  readonly unitsByOffer: ReadonlyMap<string, number>;
}

function decodeSnapshot(reply: readonly Reply[]): CellSnapshot | Fenced {
  if (reply[0] === 'fenced') return fenced(reply);
  if (reply[0] !== 'read') return unexpected('read', reply[0]);
  const [, state, inbox, seq, tag, placed, settled, watermark, stock] = reply;
  const units = new Map<string, number>();
  const flat = stock as readonly string[];
  for (let i = 0; i < flat.length; i += 2) units.set(flat[i]!, Number(flat[i + 1]));
  return {
    word: 'read',
    state: state as CellSnapshot['state'],
    inbox: inbox as number,
    seq: seq as number,
    tag: tag as string,
    placed: placed as number,
    settled: settled as number,
    watermark: watermark as number,
    unitsByOffer: units,
  };
}

export const read = defineScript('read', {
  keys: ['fence', 'meta', 'stock'],
  args: [],
  flags: 'no-writes',
  decode: decodeSnapshot,
});

export const lookup = defineScript('lookup', {
  keys: ['fence', 'meta', 'shoppers'],
  args: ['shopper'],
  flags: 'no-writes',
  isBinary: true,
  decode: (reply): { word: 'found'; record: Buffer } | { word: 'none' } | Fenced => {
    const word = String(reply[0]);
    if (word === 'fenced') return fenced(reply);
    if (word === 'none') return { word };
    if (word === 'found') return { word, record: reply[1] as Buffer };
    return unexpected('lookup', word);
  },
});

/** Called only by who recovers a cell, by the SHA it loaded itself. */
export const raise = defineScript('raise', {
  keys: ['fence'],
  args: [],
  flags: 'allow-oom',
  decode: (reply) => (reply[0] === 'raised' ? ({ word: 'raised' } as const) : fenced(reply)),
});

export const load = defineScript('load', {
  keys: ['fence', 'part'],
  args: [],
  flags: 'allow-oom',
  decode: (reply) => (reply[0] === 'loaded' ? ({ word: 'loaded' } as const) : fenced(reply)),
});

/** The scripts every process calls, under the SHAs the opener wrote into the ledger. */
export const cellScripts = { purchase, instruct, read, lookup } satisfies Record<
  keyof CellShas,
  AnyScript
>;

/** Loads one script for a cell and epoch. */
export const loadCellScript = (redis: Redis, cell: CellId, epoch: number, script: AnyScript) =>
  loadScript(redis, scriptText(script, { CELL: cellName(cell), EPOCH: epoch }));

/** Loads the scripts of an opened epoch; the SHAs go into the ledger. */
export async function loadCellScripts(
  redis: Redis,
  cell: CellId,
  epoch: number,
): Promise<CellShas> {
  const names = Object.keys(cellScripts) as (keyof typeof cellScripts)[];
  const shas = await Promise.all(
    names.map((name) => loadCellScript(redis, cell, epoch, cellScripts[name])),
  );
  return Object.fromEntries(names.map((name, i) => [name, shas[i]])) as CellShas;
}
