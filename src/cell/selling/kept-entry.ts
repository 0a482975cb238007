import { pack, unpack, unpackAll } from '../../platform/codec.ts';
import type { CheckoutItem, CheckoutReply } from './checkout.ts';
import { packClaims } from './claim.ts';
import type { ClaimItem, ClaimReply } from './claim.ts';
import { packPurchases } from './purchase.ts';
import type { PurchaseItem, PurchaseReply } from './purchase.ts';

const NOT_GIVEN = -1;

/** The script that wrote an entry. */
const PURCHASE = 1;
const CHECKOUT = 2;
const CLAIM = 3;
/** Not a script: the entry was read from the outbox. */
const AS_READ = 4;

/**
 * What is kept of a call that wrote an entry: bytes that were sent or received anyway, and a few
 * facts. The entry's body is built from them only when somebody needs it.
 */
export interface KeptEntry {
  readonly kind: number;
  /** Orders and claims that the call placed. */
  readonly orders: number;
  readonly facts: Buffer;
  readonly rest: Buffer;
}

/** The fields of an entry, with its body as its script packed it. */
export interface RebuiltEntry {
  readonly tag: string;
  readonly prev: string;
  readonly version: number;
  readonly body: Buffer;
}

/** A batch may hold mostly items that were not placed; then only the placed ones are kept. */
const isMostlyPlaced = (placed: number, items: number): boolean => 2 * placed >= items;

type PurchaseFacts = [
  tag: string,
  prev: string,
  at: number,
  payBy: number,
  rulesVersion: number,
  /** price, store, price … of what was sold. */
  sold: readonly (number | string)[],
  /** For each item: where in that list its store is; 0: it was not placed. */
  places: readonly number[],
];

/** @param request the batch as it was sent */
export function keepPurchases(
  items: readonly PurchaseItem[],
  request: Buffer,
  { atMs, payByMs, rulesVersion, prev, sold, outcomes }: PurchaseReply,
): KeptEntry {
  const all = outcomes.map((outcome) => (outcome.word === 'placed' ? outcome.place : 0));
  const placed = all.filter((place) => place > 0);
  const isWhole = isMostlyPlaced(placed.length, items.length);
  const places = isWhole ? all : placed;
  const facts: PurchaseFacts = [items[0]!.serial, prev, atMs, payByMs, rulesVersion, sold, places];
  return {
    kind: PURCHASE,
    orders: placed.length,
    facts: pack(facts),
    rest: isWhole ? request : packPurchases(items.filter((_, i) => all[i]! > 0)),
  };
}

type Columns = Readonly<Record<string, readonly unknown[]>>;

/** The rows of some columns that a test keeps. */
function pick(columns: Columns, names: readonly string[], isKept: readonly boolean[]) {
  const picked = names.map((name) => [name, columns[name]!.filter((_, i) => isKept[i])]);
  return Object.fromEntries(picked) as Record<string, unknown[]>;
}

function purchasesEntry(facts: PurchaseFacts, request: Buffer): RebuiltEntry {
  const [tag, prev, at, payBy, rulesVersion, sold, places] = facts;
  const names = ['serial', 'shopper', 'key', 'fingerprint', 'offer', 'quantity'];
  const isPlaced = places.map((place) => place > 0);
  const columns = pick(unpack(request) as Columns, names, isPlaced);
  const stores = places.filter((place) => place > 0);
  const body = pack({
    at,
    pay_by: payBy,
    rules_version: rulesVersion,
    ...columns,
    store: stores.map((place) => sold[place]),
    price: stores.map((place) => sold[place - 1]),
  });
  return { tag, prev, version: 1, body };
}

type CartFacts = [
  tag: string,
  prev: string,
  at: number,
  payBy: number,
  rulesVersion: number,
  /** For each cart: serial, shopper, key, fingerprint. */
  carts: readonly (readonly string[])[],
];

export function keepCarts(
  items: readonly CheckoutItem[],
  { atMs, payByMs, rulesVersion, prev, outcomes }: CheckoutReply,
): KeptEntry {
  const carts: string[][] = [];
  const receipts: Buffer[] = [];
  outcomes.forEach((outcome, i) => {
    if (outcome.word !== 'placed') return;
    const { serial, shopper, key, fingerprint } = items[i]!;
    carts.push([serial, shopper, key, fingerprint]);
    receipts.push(outcome.packed);
  });
  const facts: CartFacts = [items[0]!.serial, prev, atMs, payByMs, rulesVersion, carts];
  return {
    kind: CHECKOUT,
    orders: carts.length,
    facts: pack(facts),
    rest: Buffer.concat(receipts),
  };
}

function cartsEntry(facts: CartFacts, packed: Buffer): RebuiltEntry {
  const [tag, prev, at, payBy, rulesVersion, carts] = facts;
  const receipts = unpackAll(packed);
  const list = carts.map((cart, i) => [...cart, receipts[i]]);
  return { tag, prev, version: 2, body: pack({ carts: [at, payBy, rulesVersion, list] }) };
}

type ClaimFacts = [
  tag: string,
  prev: string,
  at: number,
  rulesVersion: number,
  /** promotion, budget, promotion … of the red packets given. */
  budgets: readonly string[],
  /** For each item; `NOT_GIVEN`: refused or a replay. */
  amounts: readonly number[],
];

/** @param request the batch as it was sent */
export function keepClaims(
  items: readonly ClaimItem[],
  request: Buffer,
  { atMs, rulesVersion, prev, budgets, outcomes }: ClaimReply,
): KeptEntry {
  const all = outcomes.map((one) => (one.word === 'claimed' ? one.amountMinor : NOT_GIVEN));
  const given = all.filter((amount) => amount !== NOT_GIVEN);
  const isWhole = isMostlyPlaced(given.length, items.length);
  const amounts = isWhole ? all : given;
  const facts: ClaimFacts = [items[0]!.serial, prev, atMs, rulesVersion, budgets, amounts];
  return {
    kind: CLAIM,
    orders: given.length,
    facts: pack(facts),
    rest: isWhole ? request : packClaims(items.filter((_, i) => all[i] !== NOT_GIVEN)),
  };
}

function claimsEntry(facts: ClaimFacts, request: Buffer): RebuiltEntry {
  const [tag, prev, at, rulesVersion, budgets, amounts] = facts;
  const names = ['serial', 'shopper', 'key', 'promotion'];
  const isGiven = amounts.map((amount) => amount !== NOT_GIVEN);
  const columns = pick(unpack(request) as Columns, names, isGiven);
  const amount = amounts.filter((_, i) => isGiven[i]);
  const budgetOf = (i: number) => budgets[budgets.indexOf(columns['promotion']![i] as string) + 1];
  const budget = amount.map((minor, i) => (minor > 0 ? budgetOf(i) : ''));
  const body = pack({ at, rules_version: rulesVersion, ...columns, amount, budget });
  return { tag, prev, version: 2, body };
}

type FactsAsRead = [tag: string, prev: string, version: number];

/** Keeps an entry that another process wrote. */
export function keepAsRead(entry: RebuiltEntry & { readonly orders: number }): KeptEntry {
  const facts: FactsAsRead = [entry.tag, entry.prev, entry.version];
  return { kind: AS_READ, orders: entry.orders, facts: pack(facts), rest: entry.body };
}

function entryAsRead([tag, prev, version]: FactsAsRead, body: Buffer): RebuiltEntry {
  return { tag, prev, version, body };
}

/** Writes an entry's body again, in the shape in which its script wrote it. */
export function rebuildEntry({ kind, facts, rest }: Omit<KeptEntry, 'orders'>): RebuiltEntry {
  const known = unpack(facts);
  if (kind === PURCHASE) return purchasesEntry(known as PurchaseFacts, rest);
  if (kind === CHECKOUT) return cartsEntry(known as CartFacts, rest);
  if (kind === CLAIM) return claimsEntry(known as ClaimFacts, rest);
  if (kind === AS_READ) return entryAsRead(known as FactsAsRead, rest);
  throw new Error(`no kept entry is of the kind ${kind}`);
}
