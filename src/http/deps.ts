import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Registry } from 'prom-client';
import type { Role } from '../domain/people/actor.ts';
import type { limits } from '../platform/config/limits.ts';
import type { Config } from '../platform/config/read-config.ts';
import type { BuiltPages } from '../platform/pages/built-file.ts';
import type { Time } from '../platform/time.ts';
import type { audit } from '../service/audit.ts';
import type { saleStatus } from '../service/sale-status.ts';
import type { changesOf } from '../service/changes/changes-of.ts';
import { changesOfAll } from '../service/changes/newest-changes.ts';
import { cancelByOperator } from '../service/orders/cancel-by-operator.ts';
import { cancelOrder } from '../service/orders/cancel-order.ts';
import { report } from '../service/orders/discount-report.ts';
import { movesOf } from '../service/orders/order-history.ts';
import { previewRefund } from '../service/orders/preview-refund.ts';
import { receivePaymentEvent } from '../service/orders/receive-payment-event.ts';
import { refundOrder } from '../service/orders/refund-order.ts';
import { startPayment } from '../service/orders/start-payment.ts';
import * as deadLetters from '../service/ops/dead-letters.ts';
import { readProcesses } from '../service/ops/processes.ts';
import { glanceAtSales } from '../service/sales-glance.ts';
import { budgetsOf } from '../service/reading/budgets.ts';
import { orderDetails } from '../service/reading/order-details.ts';
import { ordersOfShopper } from '../service/reading/orders-of-shopper.ts';
import { figuresByMinute } from '../service/reading/figures-by-minute.ts';
import { saleFigures } from '../service/reading/sale-figures.ts';
import { allSellerOrders, sellerOrders } from '../service/reading/seller-orders.ts';
import { claim } from '../service/selling/claim.ts';
import { findOrderOf, ordersOf } from '../service/selling/find-order.ts';
import { placeOrder } from '../service/selling/place-order.ts';
import { quote } from '../service/selling/quote.ts';
import { noteRefusal } from '../service/selling/refusal-tally.ts';
import { walletOf } from '../service/selling/wallet.ts';
import { whenSettled } from '../service/selling/prefer-wait.ts';
import { applyFile, compareFile } from '../service/sale-file/apply-file.ts';
import { patchOffer } from '../service/terms/change-offer.ts';
import * as promotions from '../service/terms/change-promotions.ts';
import { previewPromotion } from '../service/terms/preview-promotion.ts';
import { setOffer, setSale, setSaleState } from '../service/terms/change-sale.ts';
import * as deletions from '../service/terms/delete-terms.ts';
import * as readings from '../service/terms/read-terms.ts';
import {
  liveFiguresById,
  liveStockById,
  offersPageById,
  saleHeadById,
  saleIds,
  saleViewById,
} from '../service/terms/sales-by-id.ts';
import * as deliveries from '../service/webhooks/deliveries.ts';
import * as webhooks from '../service/webhooks/endpoints.ts';
import { testWebhook } from '../service/webhooks/test-webhook.ts';
import type { AnswersDeps } from './answers.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Every service function that routes call, by room. The process binds each to what it needs. */
export const useCases = {
  selling: {
    placeOrder,
    noteRefusal,
    whenSettled,
    findOrderOf,
    ordersOf,
    quote,
    claim,
    walletOf,
  },
  orders: {
    startPayment,
    cancelOrder,
    cancelByOperator,
    refundOrder,
    previewRefund,
    movesOf,
    receivePaymentEvent,
    report,
  },
  reading: {
    sellerOrders,
    allSellerOrders,
    orderDetails,
    ordersOfShopper,
    saleFigures,
    figuresByMinute,
    budgetsOf,
  },
  terms: {
    saleIds,
    saleHeadById,
    saleViewById,
    liveFiguresById,
    liveStockById,
    offersPageById,
    setSale,
    setSaleState,
    setOffer,
    patchOffer,
    setBudget: promotions.setBudget,
    setPromotion: promotions.setPromotion,
    previewPromotion,
    grantCoupons: promotions.grantCoupons,
    setBalances: promotions.setBalances,
    ...readings,
    compareFile,
    applyFile,
    ...deletions,
  },
  webhooks: {
    setWebhook: webhooks.setWebhook,
    patchWebhook: webhooks.patchWebhook,
    webhooksOf: webhooks.webhooksOf,
    webhookOf: webhooks.webhookOf,
    deleteWebhook: webhooks.deleteWebhook,
    rotateWebhook: webhooks.rotateWebhook,
    testWebhook,
    webhookDeliveries: deliveries.webhookDeliveries,
    webhookDelivery: deliveries.webhookDelivery,
    replayDelivery: deliveries.replayDelivery,
    replayDeliveries: deliveries.replayDeliveries,
  },
  ops: { ...deadLetters, readProcesses, glanceAtSales, changesOfAll },
};

/** A use case without its first argument, which the process has bound. */
export type Bound<UseCase> = UseCase extends (deps: never, ...rest: infer Rest) => infer Answer
  ? (...rest: Rest) => Answer
  : never;

/** The use cases of a room, each bound. */
export type BoundAll<Room> = { readonly [Name in keyof Room]: Bound<Room[Name]> };

export type SellingDeps = BoundAll<typeof useCases.selling>;

/**
 * Is told of each caller that is turned away to protect the process. `limited`: it sent or holds
 * too much, `subject` is the limit · `shed`: we are under pressure, `subject` is the class of the
 * route · `cut`: its connection was closed, `subject` says why.
 */
export type OnTurnedAway = (reason: 'limited' | 'shed' | 'cut', subject: string) => void;

/** What callers may cost. */
export type Limits = Pick<Config, keyof typeof limits>;

export interface OpsDeps extends AnswersDeps {
  readonly time: Pick<Time, 'monotonic' | 'after' | 'every'>;
  /** Why this process is not ready for requests, as a sentence; null: it is. */
  readonly whyNotReady: () => Promise<string | null>;
  readonly registry: Registry;
  /** The longest a request may take to arrive. */
  readonly requestTimeoutMs: number;
  readonly limits: Limits;
  readonly onTurnedAway: OnTurnedAway;
}

/** Which tokens are valid. */
export interface TokenRules {
  /** Verify tokens that HS256 signed; any of them will do. */
  readonly secrets: readonly string[];
  /** Where the issuer publishes the keys of all other tokens; undefined: there are no others. */
  readonly keysUrl?: string | undefined;
  /** Undefined: any, or none. */
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
  /** How long after its `iat` a token is valid at most. */
  readonly maxAgeSeconds: number;
  /** The same for operators; the shorter of the two counts. */
  readonly operatorMaxAgeSeconds: number;
}

/** What a person says who signs in without a platform. */
export interface SaidAtSignIn {
  readonly sub: string;
  readonly role: Role;
  readonly store?: string;
  readonly member?: string;
}

/** How people sign in to the pages. */
export interface SignIn {
  /** The page of the platform that signs them in; undefined: none is known. */
  readonly url: string | undefined;
  /** Signs a token for anyone on this machine, for development; null: only the platform signs. */
  readonly issue: ((said: SaidAtSignIn) => string) | null;
}

/** What the process hands to the HTTP interface. */
export interface HttpDeps extends OpsDeps {
  readonly tokens: TokenRules;
  readonly signIn: SignIn;
  /** The keys that tokens are verified with could not be fetched. */
  readonly onKeysAway: () => void;
  /** Whether each answered request is logged. */
  readonly accessLog: boolean;
  readonly corsOrigins: readonly string[];
  /** Hosts of pictures that the pages may show. */
  readonly imageHosts: readonly string[];
  /** Where shoppers may return to after paying, beside https. */
  readonly returnOrigins: readonly string[];
  /** Whether they may return to the pages of this service without https, too. */
  readonly mayReturnHere: boolean;
  /** Whether a change must name the version that it replaces. */
  readonly isMatchRequired: boolean;
  /** An order was accepted. @param ms since its request was checked */
  readonly onOrderTimed: (ms: number) => void;
  /** Requests that wait for Redis or Postgres. */
  readonly backlog: () => number;
  /** Says where to read how hard-pressed this process is: 0 to 3. */
  readonly readPressure: (level: () => number) => void;
  readonly builtPages: BuiltPages;
  readonly time: Time;
  readonly selling: SellingDeps;
  readonly orders: BoundAll<typeof useCases.orders>;
  readonly reading: BoundAll<typeof useCases.reading>;
  readonly terms: BoundAll<typeof useCases.terms>;
  readonly webhooks: BoundAll<typeof useCases.webhooks>;
  readonly ops: BoundAll<typeof useCases.ops>;
  readonly audit: Bound<typeof audit>;
  readonly changesOf: Bound<typeof changesOf>;
  readonly saleStatus: Bound<typeof saleStatus>;
}
