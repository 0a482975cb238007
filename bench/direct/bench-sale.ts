import type { CellAddress } from '../../src/cell/address.ts';
import { DEFAULT_LAYERS } from '../../src/domain/pricing/promotion.ts';
import type { OfferId, SaleId, StoreId } from '../../src/domain/ids.ts';
import type { Offer } from '../../src/domain/sale.ts';
import { SILENT } from '../../src/process/wiring/silent-observer.ts';
import { wireCore } from '../../src/process/wiring/wire-api.ts';
import type { Core } from '../../src/process/wiring/wire-api.ts';
import { audit } from '../../src/service/audit.ts';
import { setOffer, setSale, setSaleState } from '../../src/service/terms/change-sale.ts';
import type { Audits } from '../run/audits.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchServers } from '../run/servers.ts';

const PRICE_MINOR = 990;
const PAY_WITHIN_S = 900;
const DAY_MS = 24 * 3_600_000;
const NO_LIMITS = { holdsPerShopper: 64, cooldownAfter: 64, cooldownS: 0, hasClawback: false };

/** The services by direct call: what the scenarios without HTTP measure. */
export function wireBench({ redis, postgres }: BenchServers): Promise<Core> {
  return wireCore({
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    backlogLimit: Number.MAX_SAFE_INTEGER,
    allowUnsafeRedis: false,
    provider: null,
    observer: SILENT,
  });
}

function offerOf(id: string, cap: number): Offer {
  return {
    id: id as OfferId,
    store: 'bench-store' as StoreId,
    title: `Bench offer ${id}`,
    priceMinor: PRICE_MINOR,
    listPriceMinor: PRICE_MINOR,
    cap,
    limitPerShopper: null,
    lane: 'flash',
    categories: [],
    excludes: [],
    opensAtMs: null,
    closesAtMs: null,
  };
}

/** A sale of its own, open, with one cell; each offer has `cap` units and no limit. */
export async function openBenchSale(
  core: Core,
  name: string,
  offers: readonly string[],
  cap: number,
): Promise<CellAddress> {
  const sale = name as SaleId;
  const now = Date.now();
  const window = { opensAtMs: now - DAY_MS, closesAtMs: now + DAY_MS };
  const rules = { layers: DEFAULT_LAYERS, pointsRate: 1, ...NO_LIMITS };
  const terms = { name, currency: 'CNY', payWithinS: PAY_WITHIN_S, cells: 1, ...window, ...rules };
  const steps = [
    await setSale(core, sale, terms),
    ...(await Promise.all(offers.map((id) => setOffer(core, sale, offerOf(id, cap), null)))),
    await setSaleState(core, sale, 'open'),
  ];
  const refused = steps.find((step) => 'code' in step);
  if (refused) throw new Error(`the sale did not open: ${JSON.stringify(refused)}`);
  return core.directory.cell({ sale, cell: 0 })!;
}

/** @throws NoNumber when a promise is broken, or the sale did not settle as many orders */
export async function auditBenchSale(
  core: Core,
  audits: Audits,
  { sale, orders }: { readonly sale: string; readonly orders: number },
): Promise<void> {
  const result = await audit(core, sale as SaleId);
  if (!result) throw new NoNumber(`${sale} cannot be audited`);
  audits.note(sale, result.brokenPromises);
  const { rows } = await core.pool.query<{ orders: number }>(
    'select count(*)::integer as orders from orders where sale = $1',
    [sale],
  );
  if (rows[0]!.orders !== orders) {
    throw new NoNumber(`${sale}: ${rows[0]!.orders} orders in the ledger, not ${orders}`);
  }
}
