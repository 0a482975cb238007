/**
 * The checker (promises I10 and I12). It compares what the clients wrote down with what the ledger
 * holds, and uses no counter of the product.
 */

export interface UnitsOf {
  readonly offer: string;
  readonly quantity: number;
}

/**
 * The requested lines of an order. Shopper and key name the order; a repetition is the same one.
 */
export type Asked = readonly UnitsOf[];

/** What the clients know, by `purchaseName`. */
export interface Evidence {
  /** Bodies sent under a shopper's key; several when a key was reused. */
  readonly asked: ReadonlyMap<string, readonly Asked[]>;
  /** Ids of orders acknowledged (201) under the key, with replays. */
  readonly acknowledged: ReadonlyMap<string, ReadonlySet<string>>;
  /** Offers that some answer called sold out. */
  readonly soldOut: ReadonlySet<string>;
}

/** A line of an order in the ledger. Orders of every state have lines. */
export interface LedgerOrder {
  readonly id: string;
  readonly shopper: string;
  readonly key: string;
  /** Null when the order has no lines. */
  readonly offer: string | null;
  readonly quantity: number;
  /** False when the order expired or was cancelled, so that its units went back. */
  readonly isLive: boolean;
  /** Units of the line that were refunded and went on sale again. */
  readonly restocked?: number;
  /** True for a gift, which no shopper asks for. */
  readonly isGift?: boolean;
}

export interface Ledger {
  /** One item per line; the lines of an order stand in their order. */
  readonly orders: readonly LedgerOrder[];
  /** Units by offer. */
  readonly caps: ReadonlyMap<string, number>;
}

/** Counts. All except `sold` and `cap` must be 0. */
export interface Verdict {
  /** Units of live orders that did not go back. */
  readonly sold: number;
  readonly cap: number;
  /** Units beyond a cap, offer by offer. */
  readonly oversold: number;
  /** Units requested but not sold, offer by offer; counted only once it is quiet. */
  readonly undersold: number;
  /** Acknowledged orders that the ledger does not hold under their shopper and key. */
  readonly lost: number;
  /** Orders of the ledger that no client requested in this form. */
  readonly unrequested: number;
  /** Keys with more than one order, in the answers or in the ledger. */
  readonly duplicate: number;
  /** Examples of what is wrong, at most `EXAMPLES` of a kind. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export const purchaseName = (shopper: string, key: string): string => `${shopper}\t${key}`;

const isSame = (asked: Asked, bought: readonly UnitsOf[]): boolean =>
  asked.length === bought.length &&
  asked.every(({ offer, quantity }, i) => {
    const other = bought[i]!;
    return offer === other.offer && quantity === other.quantity;
  });

interface Findings {
  lost: string[];
  unrequested: string[];
  duplicate: string[];
}

/** An order of the ledger as it was requested: without gifts. */
interface Bought {
  readonly name: string;
  readonly lines: UnitsOf[];
}

function boughtById(orders: readonly LedgerOrder[]): Map<string, Bought> {
  const byId = new Map<string, Bought>();
  for (const { id, shopper, key, offer, quantity, isGift } of orders) {
    const bought = byId.get(id) ?? { name: purchaseName(shopper, key), lines: [] };
    byId.set(id, bought);
    if (offer !== null && !isGift) bought.lines.push({ offer, quantity });
  }
  return byId;
}

function compareOrders({ asked, acknowledged }: Evidence, { orders }: Ledger): Findings {
  const found: Findings = { lost: [], unrequested: [], duplicate: [] };
  const idsByName = new Map<string, string[]>();
  for (const [id, { name, lines }] of boughtById(orders)) {
    const ids = idsByName.get(name);
    if (ids) ids.push(id);
    else idsByName.set(name, [id]);
    const isAsked = asked.get(name)?.some((body) => isSame(body, lines));
    if (!isAsked) found.unrequested.push(`${id}: nobody asked for it`);
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

function unitsByOffer(lines: readonly UnitsOf[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { offer, quantity } of lines) units.set(offer, (units.get(offer) ?? 0) + quantity);
  return units;
}

const unitsSold = (orders: readonly LedgerOrder[]): Map<string, number> =>
  unitsByOffer(
    orders.flatMap(({ offer, quantity, isLive, restocked = 0 }) =>
      isLive && offer !== null ? [{ offer, quantity: quantity - restocked }] : [],
    ),
  );

const unitsAsked = ({ asked }: Evidence): Map<string, number> =>
  unitsByOffer([...asked.values()].flatMap((bodies) => bodies[0]!));

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/** @param isQuiet the load has ended and everything is settled, so that units left are unsold */
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

/** True when nothing is wrong. */
export const isClean = (verdict: Verdict): boolean =>
  verdict.oversold + verdict.undersold + verdict.lost === 0 &&
  verdict.unrequested + verdict.duplicate === 0;
