import type { CellAddress } from '../../src/cell/cell-address.ts';
import type { SaleId } from '../../src/domain/ids.ts';
import type { Offer } from '../../src/domain/sale.ts';
import { systemTime } from '../../src/platform/time.ts';
import { SILENT } from '../../src/process/wiring/observer.ts';
import { wireCore } from '../../src/process/wiring/wire-core.ts';
import type { Core } from '../../src/process/wiring/wire-core.ts';
import { audit } from '../../src/service/audit.ts';
import { setOffer, setSale, setSaleState } from '../../src/service/terms/change-sale.ts';
import type { Audits } from '../run/audits.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchServers } from '../run/servers.ts';
import { OPERATOR, storeId } from '../../proof/builders/ids.ts';
import { offer } from '../../proof/builders/offers.ts';
import { saleTerms } from '../../proof/builders/sale-terms.ts';
import { countOrders } from '../../proof/checker/ledger-facts.ts';

const PRICE_MINOR = 990;
const DAY_MS = 24 * 3_600_000;

/** Wires the services for direct calls: the scenarios without HTTP measure them. */
export function wireBench({ redis, postgres }: BenchServers): Promise<Core> {
  const options = {
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    backlogLimit: Number.MAX_SAFE_INTEGER,
    allowUnsafeRedis: false,
    provider: null,
    observer: SILENT,
    time: systemTime,
  };
  return wireCore(options, null);
}

const offerOf = (id: string, cap: number): Offer =>
  offer(id, {
    store: storeId('bench-store'),
    title: `Bench offer ${id}`,
    priceMinor: PRICE_MINOR,
    listPriceMinor: PRICE_MINOR,
    cap,
  });

/** Opens a new sale with one cell. Each offer has `cap` units and no limit per shopper. */
export async function openBenchSale(
  core: Core,
  name: string,
  offers: readonly string[],
  cap: number,
): Promise<CellAddress> {
  const sale = name as SaleId;
  const now = Date.now();
  const terms = saleTerms({ name, opensAtMs: now - DAY_MS, closesAtMs: now + DAY_MS });
  const steps = [
    await setSale(core, sale, terms, OPERATOR),
    ...(await Promise.all(offers.map((id) => setOffer(core, sale, offerOf(id, cap), OPERATOR)))),
    await setSaleState(core, sale, 'open', OPERATOR),
  ];
  const refused = steps.find((step) => 'code' in step);
  if (refused) throw new Error(`the sale did not open: ${JSON.stringify(refused)}`);
  return core.directory.cell({ sale, cell: 0 })!;
}

/** @throws NoNumber unless the ledger holds exactly this number of the sale's orders */
export async function expectOrders({ pool }: Core, sale: string, orders: number): Promise<void> {
  const settled = await countOrders(pool, sale);
  if (settled === orders) return;
  throw new NoNumber(`${sale}: ${settled} orders in the ledger, not ${orders}`);
}

/** @throws NoNumber when a promise is broken, or the number of settled orders differs */
export async function auditBenchSale(
  core: Core,
  audits: Audits,
  { sale, orders }: { readonly sale: string; readonly orders: number },
): Promise<void> {
  const result = await audit(core, sale as SaleId);
  if (!result) throw new NoNumber(`${sale} cannot be audited`);
  audits.note(sale, result.brokenPromises);
  await expectOrders(core, sale, orders);
}
