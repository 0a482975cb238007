/**
 * The checker (promises I10 and I12): what the clients wrote down against what the ledger holds,
 * and nothing of our own counters in between.
 */

/** A journalled request. Its shopper and key name it; a repeated one is the same. */
export interface Asked {
  readonly offer: string;
  readonly quantity: number;
}

/** What the clients know: keyed by `purchaseName`. */
export interface Evidence {
  /** Bodies asked for under a shopper's key: more than one when a key was used again. */
  readonly asked: ReadonlyMap<string, readonly Asked[]>;
  /** Ids of the orders acknowledged (201) under it, replays too. */
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<string>>;
  /** Offers that some answer called sold out. */
  readonly soldOut: ReadonlySet<string>;
}

/** An order as the ledger holds it; every order of the sale, whatever its state. */
export interface LedgerOrder {
  readonly id: string;
  readonly shopper: string;
  readonly key: string;
  readonly offer: string;
  readonly quantity: number;
  /** False when its units went back: expired, cancelled, refunded. */
  readonly isLive: boolean;
}

export interface Ledger {
  readonly orders: readonly LedgerOrder[];
  /** Units by offer. */
  readonly caps: ReadonlyMap<string, number>;
}

/** Counts; all but `sold` and `cap` must be 0. */
export interface Verdict {
  /** Units of live orders, and those there were to sell. */
  readonly sold: number;
  readonly cap: number;
  /** Units beyond a cap, offer by offer. */
  readonly oversold: number;
  /** Units not sold although asked for, offer by offer; counts only once it is quiet. */
  readonly undersold: number;
  /** Acknowledged orders that the ledger does not hold under their shopper and key. */
  readonly lost: number;
  /** Orders of the ledger that nobody asked for like that. */
  readonly unrequested: number;
  /** Keys with more than one order, in the answers or in the ledger. */
  readonly duplicate: number;
  /** Some of what is wrong, in words; at most `EXAMPLES` of a kind. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export const purchaseName = (shopper: string, key: string): string => `${shopper}\t${key}`;

interface Findings {
  lost: string[];
  unrequested: string[];
  duplicate: string[];
}

function compareOrders({ asked, acknowledged }: Evidence, { orders }: Ledger): Findings {
  const found: Findings = { lost: [], unrequested: [], duplicate: [] };
  const idsByName = new Map<string, string[]>();
  for (const order of orders) {
    const name = purchaseName(order.shopper, order.key);
    const ids = idsByName.get(name);
    if (ids) ids.push(order.id);
    else idsByName.set(name, [order.id]);
    const isAsked = asked
      .get(name)
      ?.some(({ offer, quantity }) => offer === order.offer && quantity === order.quantity);
    if (!isAsked) found.unrequested.push(`${order.id}: nobody asked for it`);
  }
  for (const [name, ids] of acknowledged) {
    const held = idsByName.get(name) ?? [];
    const missing = [...ids].filter((id) => !held.includes(id));
    found.lost.push(...missing.map((id) => `${id}: acknowledged and not in the ledger`));
    if (ids.size > 1) found.duplicate.push(`${name}: answered with ${[...ids].join(', ')}`);
  }
  for (const [name, ids] of idsByName) {
    if (ids.length > 1 && (acknowledged.get(name)?.size ?? 0) < 2) {
      found.duplicate.push(`${name}: the ledger holds ${ids.join(', ')}`);
    }
  }
  return found;
}

function unitsSold(orders: readonly LedgerOrder[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { offer, quantity, isLive } of orders) {
    if (isLive) units.set(offer, (units.get(offer) ?? 0) + quantity);
  }
  return units;
}

function unitsAsked({ asked }: Evidence): Map<string, number> {
  const units = new Map<string, number>();
  for (const bodies of asked.values()) {
    const { offer, quantity } = bodies[0]!;
    units.set(offer, (units.get(offer) ?? 0) + quantity);
  }
  return units;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/** @param isQuiet the load has ended and everything settled, so that what is left is unsold */
export function check(evidence: Evidence, ledger: Ledger, isQuiet: boolean): Verdict {
  const found = compareOrders(evidence, ledger);
  const sold = unitsSold(ledger.orders);
  const asked = unitsAsked(evidence);
  const offers = new Set([...ledger.caps.keys(), ...sold.keys()]);
  let oversold = 0;
  let undersold = 0;
  for (const offer of offers) {
    const cap = ledger.caps.get(offer) ?? 0;
    const left = cap - (sold.get(offer) ?? 0);
    const isWanted = evidence.soldOut.has(offer) || (asked.get(offer) ?? 0) >= cap;
    oversold += Math.max(0, -left);
    if (isQuiet && isWanted) undersold += Math.max(0, left);
  }
  return {
    sold: sum(sold.values()),
    cap: sum(ledger.caps.values()),
    oversold,
    undersold,
    lost: found.lost.length,
    unrequested: found.unrequested.length,
    duplicate: found.duplicate.length,
    examples: Object.values(found).flatMap((lines: string[]) => lines.slice(0, EXAMPLES)),
  };
}

/** True when nothing at all is wrong. */
export const isClean = (verdict: Verdict): boolean =>
  verdict.oversold + verdict.undersold + verdict.lost === 0 &&
  verdict.unrequested + verdict.duplicate === 0;
