import { join } from 'node:path';
import type { OrderView } from '../../../src/domain/order.ts';
import type { Verdict } from '../../checker/compare-books.ts';
import { makeCrowd } from '../../crowd/carts/cart-shoppers.ts';
import type { CartNotes } from '../../crowd/carts/cart-notes.ts';
import { rushCarts } from '../../crowd/carts/rush-carts.ts';
import { checkEvidence, readPots } from '../../checker/ledger-facts.ts';
import type { PotFact } from '../../checker/ledger-facts.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { potFaults, reportFaults, sumFaults, sumsOf } from './cart-sums.ts';
import type { CartSums } from './cart-sums.ts';
import { QUIET_WITHIN_MS } from '../options.ts';
import type { DemoOptions } from '../options.ts';
import { rushMeter } from '../rush-meter.ts';
import { demoSale } from '../demo-sale.ts';
import type { DemoServers } from '../demo-servers.ts';
import { counted } from '../counted.ts';

/** The results of the second part. */
export interface CartsResult {
  readonly file: SaleFile;
  readonly shoppers: number;
  readonly seconds: number;
  readonly notes: CartNotes;
  readonly sums: CartSums;
  readonly pots: readonly PotFact[];
  readonly verdict: Verdict;
  readonly brokenPromises: readonly unknown[];
  /** Disagreements of answers, report and ledger, in words. */
  readonly faults: readonly string[];
}

const EXAMPLE = join(import.meta.dirname, '../../../examples/double-eleven-carts.json');
/** About how many answers a shopper gets. */
const ANSWERS_EACH = 6;
/** Lines of the receipt to show, one column each. */
const SHOWN_LINES = 4;

function meterOf(shoppers: number, say: (line: string) => void) {
  const answers = shoppers * ANSWERS_EACH;
  return rushMeter({ label: 'carts', answers, goal: shoppers, what: 'orders' }, say);
}

async function openCarts(options: DemoOptions, admin: SaleAdmin, say: (line: string) => void) {
  const file = demoSale(EXAMPLE, options);
  await admin.open(file);
  const { id, cells = 1 } = file.sale;
  const stores = new Set(file.offers.map(({ store }) => store)).size;
  const promotions = file.promotions?.length ?? 0;
  const sizes = [
    counted(stores, 'store'),
    counted(file.offers.length, 'offer'),
    counted(promotions, 'promotion'),
    counted(cells, 'cell'),
  ].join(' · ');
  say(`sale     ${id} open · ${sizes}`);
  return file;
}

/** The order with the most promotions among those that fit on a screen; null without any. */
export function richestOrder({ orders }: CartNotes): OrderView | null {
  const narrow = orders.filter(({ lines }) => lines.length <= SHOWN_LINES);
  const [first = null, ...others] = narrow;
  return others.reduce(
    (best, other) => (best && other.applied.length > best.applied.length ? other : best),
    first,
  );
}

/** Sells carts with stacked discounts, and compares all accounts of the money. */
export async function runCarts(
  options: DemoOptions,
  servers: DemoServers,
  say: (line: string) => void,
): Promise<CartsResult> {
  const { api, pool, settings } = servers;
  const { jwtSecret } = settings;
  const { carts: shoppers, seed, connections } = options;
  const admin = new SaleAdmin(api.url, jwtSecret);
  const file = await openCarts(options, admin, say);
  const { id: sale } = file.sale;
  const crowd = makeCrowd({ file, jwtSecret, shoppers, seed });
  const meter = meterOf(shoppers, say);
  const onProgress = meter.update;
  const rush = rushCarts({ url: api.url, file, crowd, connections, onProgress });
  const { notes, seconds } = await rush.finally(() => meter.stop());
  const { orders } = notes;
  await admin.untilQuiet(sale, QUIET_WITHIN_MS);
  const { brokenPromises } = await admin.audit(sale);
  const verdict = await checkEvidence(pool, sale, notes);
  const pots = await readPots(pool, sale);
  const sums = sumsOf(orders);
  const faults = [
    ...notes.faults,
    ...sumFaults(orders, sums),
    ...reportFaults(sums, await admin.report(sale)),
    ...potFaults(file, notes, pots),
  ];
  return { file, shoppers, seconds, notes, sums, pots, verdict, brokenPromises, faults };
}
