import type { Rules } from '../../domain/pricing/cart.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { OwnedOrder } from '../../domain/order.ts';
import { rulesFields } from '../../domain/pricing/rules-of-sale.ts';
import type { Wallet } from '../../domain/wallet.ts';
import { pack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { Value } from '../../platform/redis.ts';
import type { CellEpoch } from '../cell-address.ts';
import { SEAL, epochKeys } from '../keys.ts';
import { fenced } from '../replies.ts';
import { packShopper } from '../selling/shopper-record.ts';
import { packWallet } from '../selling/wallets.ts';
import { loadCellScript } from './script-set.ts';

/** What a cell knows of its sale, beside offers and rules. */
export interface SaleContents {
  readonly state: 'open' | 'paused' | 'closed';
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly payWithinMs: number;
  readonly rulesVersion: number;
  readonly holdLimit: number;
  readonly cooldownAfter: number;
  readonly cooldownMs: number;
  /** The text of lua/lib/sale_window.lua. */
  readonly access: string;
}

/** A cell's whole contents, as the ledger has them. */
export interface Contents extends SaleContents {
  readonly inbox: number;
  readonly offers: readonly Extract<Instruction, { kind: 'offer' }>[];
  readonly unitsByOffer: ReadonlyMap<string, number>;
  readonly orders: readonly OwnedOrder[];
  readonly rules: Rules;
  /** What is left in budgets (minor units) and quotas (claims). */
  readonly potsLeft: ReadonlyMap<string, number>;
  readonly wallets: readonly Wallet[];
}

type Pairs = (readonly [field: string, value: Value])[];

/** Pairs of one load call at most: Lua's stack is bounded. */
const CHUNK = 500;
/** Epochs to free behind a new one: recoveries that died may have left several. */
const EPOCHS_BACK = 64;

/** Only a recovery calls this script and `load`, by the SHAs that it loaded itself. */
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

/** @returns null once the fence is raised; the fence's epoch when that is already ours or higher */
export async function raiseFence(cell: CellEpoch): Promise<number | null> {
  const sha = await loadCellScript(cell, raise);
  const reply = await callScript(cell.steady, raise, sha, cell.keys, {});
  return reply.word === 'raised' ? null : Number(reply.epoch);
}

type Part = 'stock' | 'offers' | 'shoppers' | 'rules' | 'pots' | 'wallets';

/** An offer in the layout of lua/lib/offers.lua. */
export const packOffer = (o: Contents['offers'][number]): Buffer =>
  pack([
    o.lane,
    o.price,
    o.limit,
    o.opens_at,
    o.closes_at,
    o.store,
    o.full_price,
    o.categories,
    o.excludes,
    ...(o.paused || o.access ? [o.paused ?? false, o.access ?? ''] : []),
  ]);

function parts(contents: Contents): Record<Part, Pairs> {
  const shoppers = Map.groupBy(contents.orders, (order) => order.shopper);
  const seal: [string, string] = [SEAL, ''];
  return {
    stock: [seal, ...contents.unitsByOffer],
    offers: [seal, ...contents.offers.map((one) => [one.offer, packOffer(one)] as const)],
    shoppers: [seal, ...[...shoppers].map(([id, orders]) => [id, packShopper(orders)] as const)],
    rules: rulesFields(contents.rules).map(([field, value]) => [field, pack(value)]),
    pots: [seal, ...contents.potsLeft],
    wallets: [seal, ...contents.wallets.map((one) => [one.shopper, packWallet(one)] as const)],
  };
}

/** The fields of `meta`: lua/lib/prelude.lua says what each is. */
export const META_FIELDS = [
  'state',
  'opens_at',
  'closes_at',
  'pay_within',
  'rules_version',
  'hold_limit',
  'cooldown_after',
  'cooldown',
  'access',
  'inbox',
  'restocked',
  'shelves_from',
  'seq',
  'tag',
  'placed',
  'settled',
  'watermark',
] as const;

/** The fields of `meta` that the ledger decides, while the cell has applied every instruction. */
export const metaTerms = (contents: SaleContents) => ({
  state: contents.state,
  opens_at: contents.opensAtMs,
  closes_at: contents.closesAtMs,
  pay_within: contents.payWithinMs,
  rules_version: contents.rulesVersion,
  hold_limit: contents.holdLimit,
  cooldown_after: contents.cooldownAfter,
  cooldown: contents.cooldownMs,
  access: contents.access,
});

const meta = (contents: Contents): Record<(typeof META_FIELDS)[number], Value> => ({
  ...metaTerms(contents),
  inbox: contents.inbox,
  restocked: contents.inbox,
  shelves_from: 0,
  seq: 0,
  tag: '',
  placed: 0,
  settled: 0,
  watermark: 0,
});

/**
 * Fills an epoch's empty namespace, `meta` last, each step only while the fence is at this epoch.
 * @returns false when another recovery moved the fence on
 */
export async function loadContents(cell: CellEpoch, contents: Contents): Promise<boolean> {
  const { keys, steady } = cell;
  const sha = await loadCellScript(cell, load);
  const fill = async (part: string, pairs: Pairs): Promise<boolean> => {
    const into = { fence: keys.fence, part };
    return (await callScript(steady, load, sha, into, {}, pairs.flat())).word === 'loaded';
  };
  for (const [name, pairs] of Object.entries(parts(contents))) {
    for (let from = 0; from < pairs.length; from += CHUNK) {
      const part = keys[name as 'stock'];
      if (!(await fill(part, pairs.slice(from, from + CHUNK)))) return false;
    }
  }
  return fill(keys.meta, Object.entries(meta(contents)));
}

/** Frees everything of a cell that will never open again. */
export async function unlinkAll(cell: CellEpoch): Promise<void> {
  await unlinkUntil(cell, cell.epoch, cell.epoch);
  await cell.steady.unlink(cell.keys.fence);
}

/**
 * Frees what epochs before this one left behind.
 * @param drainedEpoch up to this one, every epoch was drained before this recovery
 */
export async function unlinkBefore(cell: CellEpoch, drainedEpoch: number): Promise<void> {
  await unlinkUntil(cell, cell.epoch - 1, drainedEpoch);
}

/** The first epoch before one that may have left something: drained ones may have left it, too. */
export const firstToLookAt = (before: number, drainedEpoch: number): number =>
  Math.max(1, Math.min(drainedEpoch + 1, before - EPOCHS_BACK));

async function unlinkUntil(
  { id, steady }: CellEpoch,
  last: number,
  drainedEpoch: number,
): Promise<void> {
  const first = firstToLookAt(last + 1, drainedEpoch);
  for (let epoch = first; epoch <= last; epoch++) await steady.unlink(...epochKeys(id, epoch));
}
