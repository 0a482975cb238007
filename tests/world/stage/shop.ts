import type { CellId, IdempotencyKey, SaleId, ShopperId } from '../../../src/domain/ids.ts';
import type { Budget, Promotion } from '../../../src/domain/promotion.ts';
import type { OrderRequest, QuoteRequest } from '../../../src/domain/pricing/quote.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { Offer, SaleTerms } from '../../../src/domain/sale.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import type { GivenBalances } from '../../../src/ledger/terms/put-balances.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import type { WorkerSide } from '../../../src/process/wiring/wire-worker.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import type { Observer } from '../../../src/process/wiring/observer.ts';
import type { ApiSide } from '../../../src/process/wiring/wire-api.ts';
import type { WireOptions } from '../../../src/process/wiring/wire-core.ts';
import { isQuiet } from '../../../src/domain/quiet.ts';
import { audit } from '../../../src/service/audit.ts';
import { saleStatus } from '../../../src/service/sale-status.ts';
import type { Changed } from '../../../src/service/cells/apply-change-to-cells.ts';
import {
  grantCoupons,
  setBalances,
  setBudget,
  setPromotion,
} from '../../../src/service/terms/change-promotions.ts';
import { setOffer, setSale, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { claim } from '../../../src/service/selling/claim.ts';
import type { ClaimRequest } from '../../../src/service/selling/claim.ts';
import { placeOrder } from '../../../src/service/selling/place-order.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { quote } from '../../../src/service/selling/quote.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { OPERATOR, newKey, newSaleId, offerId, shopperId } from '../../../proof/builders/ids.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { until } from '../servers/wait-until.ts';
import type { World } from '../servers/world.ts';

export const ignore: Observer = {
  ...SILENT,
  onError: (error) => console.error(error),
  onRecovery: (_, __, outcome) => {
    if (outcome instanceof Error) console.error(outcome);
  },
};

export interface Purchase {
  shopper: string;
  offer?: string;
  key?: string;
  quantity?: number;
  expectedTotalMinor?: number;
}

/** Expects that every cell has applied a change. */
function heard(change: Changed | Refusal): void {
  if ('code' in change || change.pendingCells.length > 0) throw new Error(JSON.stringify(change));
}

/** How a side reaches the servers of a world. */
export const wireOptions = (
  { redisUrl, databaseUrl }: Pick<World, 'redisUrl' | 'databaseUrl'>,
  options: Partial<WireOptions> = {},
): WireOptions => ({
  redisUrl,
  databaseUrl,
  backlogLimit: 200_000,
  allowUnsafeRedis: false,
  provider: null,
  observer: ignore,
  time: systemTime,
  ...options,
});

/** A recovery by the api may wait twice for what processes remember, each time for 5 s. */
const SETTLED_WITHIN_MS = 30_000;

/** An api side and a worker side in this process, with a sale; tests start the settler. */
export class Shop {
  readonly sale: SaleId;
  readonly api: ApiSide;
  readonly worker: WorkerSide;

  constructor(api: ApiSide, worker: WorkerSide, sale = newSaleId()) {
    this.sale = sale;
    this.api = api;
    this.worker = worker;
  }

  static async create(world: World, options: Partial<WireOptions> = {}): Promise<Shop> {
    const wire = wireOptions(world, options);
    return new Shop(await wireApi(wire), await wireWorker(wire));
  }

  async open(offers: readonly Offer[], terms: Partial<SaleTerms> = {}): Promise<void> {
    await setSale(this.api, this.sale, saleTerms(terms), OPERATOR);
    for (const one of offers) await setOffer(this.api, this.sale, one, OPERATOR);
    const opened = await setSaleState(this.api, this.sale, 'open', OPERATOR);
    if (!('kind' in opened) || opened.pendingCells.length > 0) {
      throw new Error(`not opened: ${JSON.stringify(opened)}`);
    }
  }

  buy({ shopper, ...rest }: Purchase): Promise<Placed | Refusal> {
    const { offer: id = 'a', key = newKey(), quantity = 1 } = rest;
    return this.checkOut({
      shopper: shopperId(shopper),
      key: key as IdempotencyKey,
      lines: [{ offer: offerId(id), quantity }],
      expectedTotalMinor: rest.expectedTotalMinor ?? null,
    });
  }

  /** Places a cart, with or without coupons and tender. */
  checkOut(request: Partial<OrderRequest> & Pick<OrderRequest, 'lines'>) {
    return placeOrder(this.api, {
      sale: this.sale,
      shopper: shopperId('u1'),
      key: newKey(),
      member: null,
      coupons: [],
      redPacket: 0,
      points: 0,
      expectedTotalMinor: null,
      ...request,
    });
  }

  quote(request: Partial<QuoteRequest> & Pick<QuoteRequest, 'lines'>) {
    return quote(this.api, {
      ...{ sale: this.sale, shopper: shopperId('u1'), member: null, coupons: [] },
      ...{ redPacket: 0, points: 0, isBest: false },
      ...request,
    });
  }

  claim(promotion: string, fields: Partial<ClaimRequest> = {}) {
    const key = newKey();
    const { sale } = this;
    return claim(this.api, {
      ...{ sale, shopper: shopperId('u1'), member: null, promotion, key },
      ...fields,
    });
  }

  /** Sets budgets first, because promotions name them. */
  async setRules(promotions: readonly Promotion[], budgets: readonly Budget[] = []): Promise<void> {
    for (const one of budgets) heard(await setBudget(this.api, this.sale, one, OPERATOR));
    for (const one of promotions) heard(await setPromotion(this.api, this.sale, one, OPERATOR));
  }

  async grant(promotion: string, shoppers: readonly string[], each = 1): Promise<void> {
    const key = newKey();
    const grant = { promotion, shoppers: shoppers as readonly ShopperId[], each, key };
    heard(await grantCoupons(this.api, this.sale, grant, OPERATOR));
  }

  async fill(shopper: string, given: GivenBalances): Promise<void> {
    heard(await setBalances(this.api, this.sale, shopperId(shopper), given, OPERATOR));
  }

  /** Settles every cell until nothing is left. */
  async settleAll(): Promise<void> {
    await this.worker.directory.refresh();
    for (const { id } of this.worker.directory.sale(this.sale)!.cells) {
      const tried = () => this.#settleOnce(id).catch((fault: Error) => fault);
      const patience = { describe: 'the cell has settled', timeoutMs: SETTLED_WITHIN_MS };
      const done = await until(tried, patience);
      if (done instanceof Error) throw done;
    }
  }

  /** @returns false while the api recovers the cell, because it noticed the damage first */
  async #settleOnce(id: CellId): Promise<boolean> {
    const outcome = await settleCell(this.worker, id);
    if (typeof outcome !== 'object') return true;
    const recovery = await this.worker.recoverOnce.recover(id, outcome.displacedFrom);
    if (recovery === 'opened' || recovery instanceof Error) return true;
    return (await findCursor(this.worker.pool, id))?.state !== 'recovering';
  }

  async audit() {
    return (await audit(this.worker, this.sale))!;
  }

  /** Whether everything is settled, delivered and given back. */
  async isQuiet(): Promise<boolean> {
    return isQuiet((await saleStatus(this.worker, this.sale))!);
  }

  async close(): Promise<void> {
    await Promise.all([this.api.close(), this.closeWorker()]);
  }

  async closeWorker(): Promise<void> {
    await this.worker.finish();
    await this.worker.close();
  }
}
