import { readFileSync } from 'node:fs';
import type { Cart, CartLine, Priced, Rules } from '../../src/domain/pricing/cart.ts';
import type { OfferId, StoreId } from '../../src/domain/ids.ts';
import { budgetPot, DEFAULT_LAYERS } from '../../src/domain/promotion.ts';
import type { Budget, BudgetPolicy, Effect, Funder, Layer } from '../../src/domain/promotion.ts';
import type { Promotion } from '../../src/domain/promotion.ts';
import type { NearView, UnusedView } from '../../src/domain/pricing/quote.ts';
import { rulesOf } from '../../src/domain/pricing/rules-of-sale.ts';

export interface VectorPromotion {
  readonly id: string;
  readonly layer: string;
  readonly stores?: readonly string[];
  readonly offers?: readonly string[];
  readonly categories?: readonly string[];
  readonly members?: readonly string[];
  readonly fullPriceOnly?: boolean;
  readonly coupon?: boolean;
  /** The effect without the optional fields that have their defaults. */
  readonly effect: { readonly kind: Effect['kind']; readonly [field: string]: unknown };
  readonly budget?: string;
  readonly funder: Funder;
}

interface VectorLine {
  readonly offer: string;
  readonly store: string;
  readonly price: number;
  readonly listPrice?: number;
  readonly quantity?: number;
  readonly lane?: 'flash' | 'cart';
  readonly categories?: readonly string[];
  readonly excludes?: readonly string[];
}

/** A cart and its rules as the files of this folder write them; amounts in minor units. */
export interface VectorInput {
  /** When absent, the sale has the default layers. */
  readonly layers?: readonly Layer[];
  readonly promotions: readonly VectorPromotion[];
  readonly lines: readonly VectorLine[];
  readonly member?: string;
  readonly coupons?: readonly string[];
  readonly redPacket?: number | 'max';
  readonly points?: { readonly points: number; readonly rate: number };
  /** The shopper’s balances; a red packet of `max` needs them. */
  readonly balances?: { readonly redPacket: number };
  readonly budgets?: Readonly<Record<string, { left: number; policy: BudgetPolicy }>>;
}

export interface VectorApplied {
  readonly promotion: string;
  readonly layer: string;
  readonly basis: number;
  readonly discount: number;
  readonly forfeited: number;
  readonly shares: readonly number[];
}

export interface VectorCase {
  readonly name: string;
  readonly why?: string;
  readonly input: VectorInput;
  readonly expect: {
    readonly total: number;
    readonly nets: readonly number[];
    readonly applied: readonly VectorApplied[];
    /** The amount that each budget holds afterwards. */
    readonly budgets?: Readonly<Record<string, number>>;
    /** Promotions whose gift is due. */
    readonly gifts?: readonly string[];
    readonly pointsUsed?: number;
    readonly near?: readonly NearView[];
    readonly unused?: readonly UnusedView[];
  };
}

export interface VectorBestDeal {
  readonly name: string;
  readonly why?: string;
  readonly input: VectorInput;
  readonly held: readonly string[];
  readonly expect: { readonly total: number; readonly coupons: readonly string[] };
}

export interface VectorFile {
  readonly cases: readonly VectorCase[];
  readonly bestDeal: readonly VectorBestDeal[];
}

export const VECTOR_FILES = ['stacking.json', 'own-stacking.json'] as const;

/** @param name a file of this folder */
export function readVectors(name: (typeof VECTOR_FILES)[number]): VectorFile {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as VectorFile;
}

/** A refund of one of the published carts; amounts in minor units. */
export interface VectorOrderRefund {
  readonly name: string;
  /** The name of the case. */
  readonly of: string;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  readonly expect: {
    readonly cash: number;
    readonly red_packet: number;
    /** The nets of the lines without a refunded unit. */
    readonly keptNets: readonly number[];
  };
}

/** A line that is refunded unit by unit; amounts in minor units. */
export interface VectorLineRefund {
  readonly name: string;
  readonly net: number;
  readonly quantity: number;
  readonly refundsOneByOne: readonly number[];
}

/** All refunds of the published file. */
export function everyRefund(): readonly (VectorOrderRefund | VectorLineRefund)[] {
  const text = readFileSync(new URL('stacking.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { refunds: (VectorOrderRefund | VectorLineRefund)[] }).refunds;
}

/** The refunds W6, of a published cart, and W7, of one line unit by unit. */
export interface VectorRefunds {
  readonly ofOrder: VectorOrderRefund;
  readonly ofLine: VectorLineRefund;
}

export function readRefunds(): VectorRefunds {
  const named = (start: string) => everyRefund().find(({ name }) => name.startsWith(start));
  return { ofOrder: named('W6 '), ofLine: named('W7 ') } as VectorRefunds;
}

/** The defaults of an effect’s optional fields. */
const EFFECT_DEFAULTS: Readonly<Partial<Record<Effect['kind'], object>>> = {
  every: { times: null },
  percent: { cap: null, from: 0 },
  fixed: { from: 0 },
  packet: { boost: null },
};

export const promotionOfVector = (one: VectorPromotion): Promotion => ({
  id: one.id,
  layer: one.layer,
  stores: (one.stores as StoreId[]) ?? null,
  offers: (one.offers as OfferId[]) ?? null,
  categories: one.categories ?? null,
  members: one.members ?? null,
  isFullPriceOnly: one.fullPriceOnly ?? false,
  isCoupon: one.coupon ?? false,
  effect: { ...EFFECT_DEFAULTS[one.effect.kind], ...one.effect } as unknown as Effect,
  budget: one.budget ?? null,
  funder: one.funder,
  claims: null,
});

const lineOfVector = (line: VectorLine): CartLine => ({
  offer: line.offer as OfferId,
  store: line.store as StoreId,
  quantity: line.quantity ?? 1,
  priceMinor: line.price,
  isFullPrice: line.price === (line.listPrice ?? line.price),
  stacks: line.lane !== 'flash',
  categories: line.categories ?? [],
  excludes: line.excludes ?? [],
});

const budgetsOf = ({ budgets = {} }: VectorInput): Budget[] =>
  Object.entries(budgets).map(([id, { left, policy }]) => ({
    id,
    store: null,
    amountMinor: left,
    policy,
  }));

/** The arguments of `priceCart` for the input of a case. */
export function rulesOfVector(input: VectorInput): {
  rules: Rules;
  cart: Cart;
  potsLeft: Map<string, number>;
} {
  const budgets = budgetsOf(input);
  const rules = rulesOf({
    layers: input.layers ?? DEFAULT_LAYERS,
    pointsRate: input.points?.rate ?? 1,
    promotions: input.promotions.map(promotionOfVector),
    budgets,
    rulesVersion: 1,
  });
  const { redPacket = 0, balances } = input;
  const cart = {
    lines: input.lines.map(lineOfVector),
    member: input.member ?? null,
    coupons: new Set(input.coupons),
    redPacketMinor: redPacket === 'max' ? balances!.redPacket : redPacket,
    points: input.points?.points ?? 0,
  };
  const potsLeft = new Map(budgets.map(({ id, amountMinor }) => [budgetPot(id), amountMinor]));
  return { rules, cart, potsLeft };
}

/** The applied promotions, as the files write them. */
export const vectorApplied = ({ applied }: Pick<Priced, 'applied'>): VectorApplied[] =>
  applied.map((one) => ({
    promotion: one.promotion,
    layer: one.layer,
    basis: one.basisMinor,
    discount: one.discountMinor,
    forfeited: one.forfeitedMinor,
    shares: one.shares,
  }));
