import type { CellShas } from '../domain/cell-record.ts';
import { cellName } from '../domain/ids.ts';
import { defineScript, loadScript, scriptText } from '../platform/script.ts';
import type { AnyScript, Reply } from '../platform/script.ts';
import type { CellEpoch } from './address.ts';
import { checkout } from './selling/checkout.ts';
import { claim } from './selling/claim.ts';
import { purchase } from './selling/purchase.ts';
import { countersOf, fenced, unexpected } from './replies.ts';
import type { Fenced } from './replies.ts';
import { wallets } from './selling/wallets.ts';

/** Raised with any change to a script's keys, arguments or replies: older processes stand back. */
export const PROTOCOL = 3;

export type InstructReply =
  | { readonly word: 'applied' | 'gap'; readonly inbox: number }
  | { readonly word: 'malformed'; readonly number: number }
  | Fenced;

export const instruct = defineScript('instruct', {
  keys: ['fence', 'meta', 'stock', 'offers', 'shoppers', 'rules', 'pots', 'wallets', 'outbox'],
  args: ['instructions', 'watermark', 'settled', 'tag'],
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
  /** The last instruction behind which what was sold out may be on sale. */
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
  keys: ['fence', 'meta', 'stock', 'pots'],
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
export const cellScripts = {
  purchase,
  checkout,
  claim,
  instruct,
  read,
  lookup,
  wallets,
} satisfies Record<keyof CellShas, AnyScript>;

/** Loads one script for a cell and epoch. */
export const loadCellScript = ({ id, epoch, steady }: CellEpoch, script: AnyScript) =>
  loadScript(steady, scriptText(script, { CELL: cellName(id), EPOCH: epoch }));

/** Loads the scripts of an opened epoch; the SHAs go into the ledger. */
export async function loadCellScripts(cell: CellEpoch): Promise<CellShas> {
  const names = Object.keys(cellScripts) as (keyof typeof cellScripts)[];
  const shas = await Promise.all(names.map((name) => loadCellScript(cell, cellScripts[name])));
  return Object.fromEntries(names.map((name, i) => [name, shas[i]])) as CellShas;
}
