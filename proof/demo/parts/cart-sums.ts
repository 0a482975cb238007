import type { OrderView } from '../../../src/domain/order.ts';
import type { CartNotes } from '../../crowd/carts/cart-notes.ts';
import type { PotFact } from '../../checker/ledger-facts.ts';
import type { Report, ReportRow, SaleFile } from '../../fleet/sale-admin.ts';

/** Discounts and payments by the answers to clients, in minor units. */
export interface CartSums {
  readonly activity: number;
  readonly discounts: number;
  readonly paid: number;
  /** By funder, store and promotion. */
  readonly rows: readonly ReportRow[];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
const rowName = ({ funder, store, promotion }: Omit<ReportRow, 'discount'>): string =>
  `${funder}, ${store}, ${promotion}`;

/** The discount of each promotion on the lines of each store, from their shares. */
function rowsOf({ lines, applied }: OrderView): ReportRow[] {
  return applied.flatMap(({ promotion, funder, shares }) =>
    shares.map((discount, i) => ({ promotion, funder, store: lines[i]!.store, discount })),
  );
}

function addUp(rows: readonly ReportRow[]): ReportRow[] {
  const byName = new Map<string, ReportRow>();
  for (const row of rows) {
    if (row.discount === 0) continue;
    const name = rowName(row);
    const before = byName.get(name)?.discount ?? 0;
    byName.set(name, { ...row, discount: before + row.discount });
  }
  return [...byName.values()].toSorted((one, other) => (rowName(one) < rowName(other) ? -1 : 1));
}

export function sumsOf(orders: readonly OrderView[]): CartSums {
  const rows = addUp(orders.flatMap(rowsOf));
  return {
    activity: sum(orders.flatMap(({ lines }) => lines.map(({ activity }) => activity))),
    discounts: sum(rows.map(({ discount }) => discount)),
    paid: sum(orders.map(({ total }) => total)),
    rows,
  };
}

/** Faults of a receipt: lines that do not cost activity − shares, or a wrong total. */
function receiptFaults({ id, total, lines, applied }: OrderView): string[] {
  const wrong = lines.flatMap(({ activity, net }, i) => {
    const owed = activity - sum(applied.map(({ shares }) => shares[i]!));
    return owed === net ? [] : [`${id}: line ${i} costs ${net}, activity − shares is ${owed}`];
  });
  const nets = sum(lines.map(({ net }) => net));
  return nets === total ? wrong : [...wrong, `${id}: costs ${total}, its lines ${nets}`];
}

/** Faults of single receipts and of their sums. */
export function sumFaults(orders: readonly OrderView[], sums: CartSums): string[] {
  const { activity, discounts, paid } = sums;
  const isEven = activity - discounts === paid;
  return [
    ...orders.flatMap(receiptFaults),
    ...(isEven ? [] : [`activity ${activity} − discounts ${discounts} is not paid ${paid}`]),
  ];
}

/** Differences between the answers to clients and the report of the sale. */
export function reportFaults({ rows, discounts }: CartSums, report: Report): string[] {
  const told = new Map(rows.map((row) => [rowName(row), row.discount]));
  const reported = new Map(report.rows.map((row) => [rowName(row), row.discount]));
  const names = new Set([...told.keys(), ...reported.keys()]);
  const byFunder = sum(Object.values(report.byFunder));
  const wrong = [...names].flatMap((name) => {
    const [ours, theirs] = [told.get(name) ?? 0, reported.get(name) ?? 0];
    return ours === theirs ? [] : [`${name}: the report says ${theirs}, the answers ${ours}`];
  });
  if (report.total !== discounts) {
    wrong.push(`the report's total is ${report.total}, the answers' ${discounts}`);
  }
  if (byFunder !== report.total) {
    wrong.push(`the report's funders add up to ${byFunder}, its total is ${report.total}`);
  }
  return wrong;
}

/** Orders and claims by the answers. */
type Given = Pick<CartNotes, 'orders' | 'claims'>;

/** What pots gave by the answers: minor units of a budget, claims of a quota. */
function givenByPot({ promotions = [] }: SaleFile, { orders, claims }: Given) {
  const drawn = orders.flatMap(({ applied }) =>
    applied.map(({ promotion, discount }) => ({ promotion, amount: discount })),
  );
  const given = new Map<string, number>();
  const add = (pot: string, amount: number) => given.set(pot, (given.get(pot) ?? 0) + amount);
  for (const { id, budget, claims: quota } of promotions) {
    const isOwn = ({ promotion }: { readonly promotion: string }) => promotion === id;
    if (quota) add(`quota:${id}`, claims.filter(isOwn).length);
    if (budget === undefined) continue;
    const amounts = [...drawn, ...claims].filter(isOwn).map(({ amount }) => amount);
    add(`budget:${budget}`, sum(amounts));
  }
  return given;
}

/** Differences of budgets and quotas between ledger and answers, or above their amounts. */
export function potFaults(file: SaleFile, told: Given, pots: readonly PotFact[]): string[] {
  const given = givenByPot(file, told);
  return pots.flatMap(({ pot, amount, spent }) => {
    const gave = given.get(pot) ?? 0;
    return [
      ...(spent === gave ? [] : [`${pot}: the ledger says ${spent}, the answers ${gave}`]),
      ...(gave <= amount ? [] : [`${pot}: gave ${gave} of ${amount}`]),
    ];
  });
}
