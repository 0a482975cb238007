import type { IncomingHttpHeaders } from 'node:http';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Registry } from 'prom-client';
import type { OfferId, OrderId, SaleId, ShopperId } from '../domain/ids.ts';
import type { OrderView } from '../domain/order.ts';
import type { EventOutcome } from '../domain/payment.ts';
import type { Budget, Promotion } from '../domain/pricing/promotion.ts';
import type { OrderRequest, QuoteRequest, QuoteView } from '../domain/pricing/quote.ts';
import type { RefundRequest, RefundView } from '../domain/refund.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { Offer, OfferPatch, SaleMove, SaleTerms } from '../domain/sale.ts';
import type { Webhook } from '../domain/webhook.ts';
import type { GivenBalances } from '../ledger/terms/put-balances.ts';
import type { Grant } from '../ledger/terms/grant-coupons.ts';
import type { WebhookName } from '../ledger/webhooks/endpoints.ts';
import type { Changed } from '../service/cells/apply-change.ts';
import type { CapChanged } from '../service/terms/change-offer.ts';
import type { BalancesSet } from '../service/terms/change-promotions.ts';
import type { ClaimRequest, Claimed } from '../service/selling/claim.ts';
import type { WalletView } from '../service/selling/wallet.ts';
import type { LiveFigures } from '../service/terms/live-figures.ts';
import type { PastMove } from '../service/orders/order-history.ts';
import type { PaymentStarted } from '../service/orders/start-payment.ts';
import type { Placed } from '../service/selling/both-lanes.ts';
import type { SaleView } from '../service/terms/sale-view.ts';
import type { Report } from '../service/orders/discount-report.ts';
import type { BadSignature } from '../service/orders/receive-payment-event.ts';
import type {
  DeliveriesPage,
  DeliveriesRequest,
  WebhookView,
} from '../service/webhooks/endpoints.ts';
import type { AnswersDeps } from './answers.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface OpsDeps extends AnswersDeps {
  /** False until all is migrated and opened, and again from the first sign of the end. */
  readonly isReady: () => boolean | Promise<boolean>;
  readonly registry: Registry;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number;
}

/** `units` by offer and state, as the ledger counts them. */
export interface AuditReport {
  readonly brokenPromises: readonly unknown[];
  readonly units: unknown;
}

type Change = Promise<Changed | Refusal>;

/** One function a use case; `store`: the merchant's own, or null for an operator. */
export interface PromotionDeps {
  readonly quote: (request: QuoteRequest) => Promise<QuoteView | Refusal>;
  readonly claim: (request: ClaimRequest) => Promise<Claimed | Refusal>;
  readonly wallet: (sale: SaleId, shopper: ShopperId) => Promise<WalletView | Refusal>;
  readonly setBudget: (sale: SaleId, budget: Budget, store: string | null) => Change;
  readonly setPromotion: (sale: SaleId, promotion: Promotion, store: string | null) => Change;
  readonly grantCoupons: (sale: SaleId, grant: Grant, store: string | null) => Change;
  readonly setBalances: (
    sale: SaleId,
    shopper: ShopperId,
    given: GivenBalances,
  ) => Promise<BalancesSet | Refusal>;
  readonly report: (sale: SaleId, store: string | null) => Promise<Report | Refusal>;
}

/** What becomes of orders once they are placed, and of caps in the rush. */
export interface OrderLifeDeps {
  readonly pay: (order: OrderId, shopper: ShopperId) => Promise<PaymentStarted | Refusal>;
  readonly cancel: (order: OrderId, shopper: ShopperId) => Promise<OrderView | Refusal>;
  /** @param shopper the owner, or null for an operator; oldest first, at most 1000 */
  readonly movesOf: (
    order: OrderId,
    shopper: ShopperId | null,
  ) => Promise<readonly PastMove[] | Refusal>;
  readonly refund: (
    request: RefundRequest,
  ) => Promise<{ readonly view: RefundView; readonly isReplay: boolean } | Refusal>;
  /** @param body the bytes as they came */
  readonly takeEvent: (
    body: Buffer,
    headers: IncomingHttpHeaders,
  ) => Promise<{ readonly outcome: EventOutcome } | BadSignature | Refusal>;
  /** @param store the merchant's own, or null for an operator */
  readonly patchOffer: (
    sale: SaleId,
    offer: OfferId,
    patch: OfferPatch,
    store: string | null,
  ) => Promise<CapChanged | Refusal>;
}

/** Events out. `store`: the merchant's own, or null for an operator. */
export interface WebhookDeps {
  readonly setWebhook: (
    sale: SaleId,
    webhook: Webhook,
    store: string | null,
  ) => Promise<WebhookView | Refusal>;
  readonly webhooksOf: (
    sale: SaleId,
    store: string | null,
  ) => Promise<readonly WebhookView[] | Refusal>;
  readonly deleteWebhook: (name: WebhookName) => Promise<{ readonly kind: 'removed' } | Refusal>;
  readonly rotateWebhook: (name: WebhookName) => Promise<WebhookView | Refusal>;
  readonly webhookDeliveries: (
    name: WebhookName,
    request: DeliveriesRequest,
  ) => Promise<DeliveriesPage | Refusal>;
  /** @param deliveries null: all that are dead, at most 10,000 */
  readonly replayDeliveries: (
    name: WebhookName,
    deliveries: readonly string[] | null,
  ) => Promise<{ readonly replayed: number } | Refusal>;
  /** From memory. */
  readonly liveFigures: (sale: SaleId, store: string | null) => LiveFigures | null;
}

/** What the process binds for HTTP: one function a use case. */
export interface HttpDeps extends OpsDeps, PromotionDeps, OrderLifeDeps, WebhookDeps {
  readonly jwtSecret: string;
  readonly jwtAudience?: string | undefined;
  readonly jwtIssuer?: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly nowMs: () => number;

  readonly placeOrder: (request: OrderRequest) => Promise<Placed | Refusal>;
  /**
   * Resolves true once the ledger has the order, false at the deadline. With `seq` 0 it waits for
   * whatever the cell has taken by now: the order may be looked at after that.
   */
  readonly whenSettled: (placed: Placed, waitMs: number) => Promise<boolean>;
  readonly findOrder: (order: OrderId, shopper: ShopperId) => Promise<OrderView | Refusal>;
  /** Oldest first, at most 64. */
  readonly ordersOf: (sale: SaleId, shopper: ShopperId) => Promise<readonly OrderView[] | Refusal>;

  /** From memory, like `saleView`: no call to Redis or Postgres. */
  readonly saleIds: () => readonly SaleId[];
  readonly saleView: (sale: SaleId) => SaleView | null;
  readonly setSale: (sale: SaleId, terms: SaleTerms) => Promise<Changed | Refusal>;
  /** @param store the merchant's own, or null for an operator */
  readonly setOffer: (
    sale: SaleId,
    offer: Offer,
    store: string | null,
  ) => Promise<Changed | Refusal>;
  readonly setSaleState: (sale: SaleId, move: SaleMove) => Promise<Changed | Refusal>;
  readonly audit: (sale: SaleId) => Promise<AuditReport | Refusal>;
}
