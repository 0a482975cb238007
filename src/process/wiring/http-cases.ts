import type { Logger } from 'pino';
import type { SaleId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import { createApp } from '../../http/app.ts';
import type { App, HttpDeps } from '../../http/deps.ts';
import { pseudonym } from '../../platform/log.ts';
import { audit } from '../../service/audit.ts';
import { cancelOrder } from '../../service/orders/cancel-order.ts';
import { patchOffer } from '../../service/terms/change-offer.ts';
import {
  grantCoupons,
  setBalances,
  setBudget,
  setPromotion,
} from '../../service/terms/change-promotions.ts';
import { setOffer, setSale, setSaleState } from '../../service/terms/change-sale.ts';
import { claim } from '../../service/selling/claim.ts';
import { findOrderOf, ordersOf } from '../../service/selling/find-order.ts';
import { liveFigures } from '../../service/terms/live-figures.ts';
import { movesOf } from '../../service/orders/order-history.ts';
import { startPayment } from '../../service/orders/start-payment.ts';
import { placeOrder } from '../../service/selling/place-order.ts';
import type { Placed } from '../../service/selling/both-lanes.ts';
import { refundOrder } from '../../service/orders/refund-order.ts';
import { walletOf } from '../../service/selling/wallet.ts';
import { quote } from '../../service/selling/quote.ts';
import { saleView } from '../../service/terms/sale-view.ts';
import { report } from '../../service/orders/discount-report.ts';
import { takeEvent } from '../../service/orders/receive-payment-event.ts';
import {
  deleteWebhook,
  replayDeliveries,
  rotateWebhook,
  setWebhook,
  webhookDeliveries,
  webhooksOf,
} from '../../service/webhooks/endpoints.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Figures } from '../figures/figures.ts';
import type { ApiSide } from './wire-api.ts';

/** Redis answers, and every open sale's cells are open in a protocol this process speaks. */
function isReady({ directory, hot }: ApiSide): boolean {
  if (hot.status !== 'ready') return false;
  return directory
    .sales()
    .filter(({ sale }) => sale.state === 'open' || sale.state === 'paused')
    .every(({ cells }) => cells.every((place) => place.shas !== null));
}

/** Binds one function a use case; what they share was wired before. */
function orderCases(side: ApiSide) {
  const placing = { ...side, redis: side.hot };
  return {
    placeOrder: placeOrder.bind(null, placing),
    // A replay does not know its entry: by the cell's present number it is settled, too.
    whenSettled: ({ place, seq }: Placed, waitMs: number) => {
      const present = side.watch.snapshot(place)?.seq ?? 0;
      return side.watch.whenSettled(place, seq || present, waitMs);
    },
    findOrder: findOrderOf.bind(null, side),
    ordersOf: ordersOf.bind(null, side),
    quote: quote.bind(null, side),
    claim: claim.bind(null, placing),
    wallet: walletOf.bind(null, side),
  };
}

/** What becomes of orders once they are placed, and of caps in the rush. */
function orderLifeCases(side: ApiSide) {
  return {
    pay: startPayment.bind(null, side),
    cancel: cancelOrder.bind(null, side),
    refund: refundOrder.bind(null, side),
    movesOf: movesOf.bind(null, side),
    takeEvent: takeEvent.bind(null, side),
    patchOffer: patchOffer.bind(null, side),
  };
}

function promotionCases(side: ApiSide) {
  return {
    setBudget: setBudget.bind(null, side),
    setPromotion: setPromotion.bind(null, side),
    grantCoupons: grantCoupons.bind(null, side),
    setBalances: setBalances.bind(null, side),
    report: report.bind(null, side),
  };
}

function saleCases(side: ApiSide) {
  return {
    saleIds: () => side.directory.sales().map(({ sale }) => sale.id),
    saleView: (sale: SaleId) => {
      const place = side.directory.sale(sale);
      return place ? saleView(side, place) : null;
    },
    setSale: setSale.bind(null, side),
    setOffer: setOffer.bind(null, side),
    setSaleState: setSaleState.bind(null, side),
    audit: async (sale: SaleId) => (await audit(side, sale)) ?? NOT_FOUND,
  };
}

function webhookCases(side: ApiSide, allowPrivate: boolean) {
  const deps = { pool: side.pool, allowPrivate };
  return {
    setWebhook: setWebhook.bind(null, deps),
    webhooksOf: webhooksOf.bind(null, deps),
    deleteWebhook: deleteWebhook.bind(null, deps),
    rotateWebhook: rotateWebhook.bind(null, deps),
    webhookDeliveries: webhookDeliveries.bind(null, deps),
    replayDeliveries: replayDeliveries.bind(null, deps),
    liveFigures: (sale: SaleId, store: string | null) => {
      const place = side.directory.sale(sale);
      return place ? liveFigures(side, place, store) : null;
    },
  };
}

/** The HTTP interface over a wired api side; the caller listens. */
export function createApi(
  side: ApiSide,
  { config, jwtSecret }: Pick<Environment, 'config' | 'jwtSecret'>,
  { log, figures }: { log: Logger; figures: Figures },
): Promise<App> {
  const deps: HttpDeps = {
    ...orderCases(side),
    ...orderLifeCases(side),
    ...saleCases(side),
    ...promotionCases(side),
    ...webhookCases(side, config.webhookAllowPrivate),
    jwtSecret,
    jwtAudience: config.jwtAudience,
    jwtIssuer: config.jwtIssuer,
    corsOrigins: config.corsOrigins,
    requestTimeoutMs: config.requestTimeoutMs,
    nowMs: side.nowMs,
    isReady: () => isReady(side),
    registry: figures.registry,
    onAnswered: figures.onAnswered,
    log,
    pseudonym: (shopper) => pseudonym(shopper, jwtSecret),
  };
  return createApp(deps);
}
