import { fastify } from 'fastify';
import type { FastifyHttpOptions, RawServerDefault } from 'fastify';
import { isTimestamp } from '../domain/timestamps.ts';
import { readReasons } from './door/actor-of.ts';
import { readConditions } from './door/read-expected.ts';
import { answerInTime } from './door/answer-in-time.ts';
import { createThrottle } from '../platform/throttle.ts';
import { logRequests } from './door/access-log.ts';
import { REQUEST_ID_HEADER, nameRequests, requestIds } from './door/request-ids.ts';
import { guardRoutes } from './door/route-policies.ts';
import { Answers } from './answers.ts';
import { auditRoute } from './ops/audit-route.ts';
import { changesRoutes } from './changes/changes-routes.ts';
import { closeGently } from './door/close-gently.ts';
import { allowOrigins } from './door/cors.ts';
import { answerUnknown } from './door/unknown-paths.ts';
import type { App, HttpDeps, OpsDeps } from './deps.ts';
import { answerErrors, frameworkRefusal, rawAnswers } from './framework-errors.ts';
import { limitRoutes } from './limits/limit-routes.ts';
import { CALM } from './limits/pressure.ts';
import type { RateGate } from './limits/rate-limits.ts';
import {
  rateGate,
  readAddresses,
  watchedConnections,
  watchedPressure,
} from './limits/wire-limits.ts';
import { documentRoutes } from './reference/api-document.ts';
import { referenceRoutes } from './reference/reference-page.ts';
import { ReadyPages } from './pages/ready-pages.ts';
import { deadLetterRoutes } from './ops/dead-letter-routes.ts';
import { opsRoutes } from './ops/ops-routes.ts';
import { processRoutes } from './ops/process-routes.ts';
import { problemRoutes } from './ops/problem-routes.ts';
import { salesRoutes } from './ops/sales-routes.ts';
import { statusRoute } from './ops/status-route.ts';
import { orderLifeRoutes } from './orders/order-life-routes.ts';
import { paymentEventRoutes } from './orders/payment-event-routes.ts';
import { reportRoutes } from './orders/report-routes.ts';
import { budgetRoutes } from './reading/budget-routes.ts';
import { byMinuteRoute } from './reading/by-minute-route.ts';
import { figuresRoutes } from './reading/figures-routes.ts';
import { orderDetailRoutes } from './reading/order-detail-routes.ts';
import { ownOrderRoutes } from './reading/own-order-routes.ts';
import { sellerOrderRoutes } from './reading/seller-order-routes.ts';
import { putFileRoute } from './sale-file/put-file-route.ts';
import { sendProblem } from './send-problem.ts';
import { claimRoutes } from './selling/claim-routes.ts';
import { orderRoutes } from './selling/order-routes.ts';
import { quoteRoutes } from './selling/quote-routes.ts';
import { walletRoutes } from './selling/wallet-routes.ts';
import { changeSaleRoutes } from './terms/change-sale-routes.ts';
import { figuresRoute } from './live/figures-route.ts';
import { stockRoute } from './live/stock-route.ts';
import { offerRoutes } from './terms/offer-routes.ts';
import { previewPromotionRoute } from './terms/preview-promotion-route.ts';
import { promotionRoutes } from './terms/promotion-routes.ts';
import { deleteTermsRoutes } from './terms/single/delete-routes.ts';
import { readTermsRoutes } from './terms/single/read-routes.ts';
import { readSaleRoutes } from './terms/read-sale-routes.ts';
import { TokenCheck } from './door/verify-token.ts';
import { signInRoutes } from './web/sign-in-routes.ts';
import { webRoutes } from './web/web-routes.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';

const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_PARAM_CHARACTERS = 128;
const TIMEOUT_CHECK_MS = 1_000;
/** That the keys of tokens cannot be fetched is logged once in this time. */
const KEYS_AWAY_MS = 60_000;
/** Longer than load balancers keep an idle connection: they close it, and no request is lost. */
const KEEP_ALIVE_MS = 72_000;

/** Runs last: the framework overwrites formats that the options set. */
function prepareAjv(ajv: {
  addFormat: (name: string, isOne: typeof isTimestamp) => unknown;
  addKeyword: (name: string) => unknown;
}): void {
  ajv.addFormat('date-time', isTimestamp);
  ajv.addKeyword('x-name');
}

/** Fastify gets no logger: it would make a child logger for every request. */
function serverOptions(deps: OpsDeps): FastifyHttpOptions<RawServerDefault> {
  const { requestTimeoutMs } = deps;
  return {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Every body schema is strict, so it refuses a field called __proto__ as unknown.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    http: {
      // Node swaps the two timeouts if this one is longer, and its default is 60 s.
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, TIMEOUT_CHECK_MS),
    },
    // A request that arrives while we close is answered, and then its connection is closed.
    return503OnClosing: false,
    // A shopper's id is part of a path.
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    genReqId: requestIds(),
    clientErrorHandler: rawAnswers(deps),
    frameworkErrors: (error, request, reply) => {
      // No hook runs for it.
      reply.header(REQUEST_ID_HEADER, request.id);
      sendProblem(request, reply, frameworkRefusal(error) ?? { code: 'fault' });
    },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        // The body limit bounds their number; the answer lists only the first ones.
        allErrors: true,
        allowUnionTypes: true,
        discriminator: true,
      },
      onCreate: prepareAjv,
    },
  };
}

function createServer(deps: OpsDeps): App {
  const app: App = fastify(serverOptions(deps));
  app.removeContentTypeParser('text/plain');
  nameRequests(app);
  return app;
}

/** Checks tokens while the app is open. */
function tokenCheck(app: App, { tokens, time, log, onKeysAway: count }: HttpDeps): TokenCheck {
  const throttle = createThrottle(time);
  const onKeysAway = (err: Error) => {
    count();
    const leftOut = throttle('keys', KEYS_AWAY_MS);
    if (leftOut !== null) log.warn({ err, leftOut }, 'the keys of JWT_JWKS_URL cannot be fetched');
  };
  const check = new TokenCheck({ ...tokens, time, onKeysAway });
  app.addHook('onReady', async () => check.start());
  app.addHook('onClose', async () => check.stop());
  return check;
}

/** Every route but the operational ones and pages. The API reference lists them in this order. */
async function addRoutes(
  app: App,
  deps: HttpDeps,
  answers: Answers,
  gate: RateGate,
): Promise<void> {
  const pages = new ReadyPages(deps.time);
  const termsRoutes = { app, deps, pages, answers };
  orderRoutes(app, deps, answers);
  orderLifeRoutes(app, deps, answers);
  orderDetailRoutes(app, deps, answers);
  sellerOrderRoutes(app, deps, answers);
  ownOrderRoutes(app, deps, answers);
  figuresRoutes(app, deps, answers);
  byMinuteRoute(app, deps, answers);
  budgetRoutes(app, deps, answers);
  await paymentEventRoutes(app, deps, answers, gate);
  quoteRoutes(app, deps, answers);
  claimRoutes(app, deps, answers);
  readSaleRoutes(termsRoutes);
  changeSaleRoutes(termsRoutes);
  offerRoutes(termsRoutes);
  readTermsRoutes(termsRoutes);
  deleteTermsRoutes(termsRoutes);
  putFileRoute(termsRoutes);
  auditRoute(app, deps, answers);
  problemRoutes(app, answers);
  statusRoute(app, deps, answers);
  changesRoutes(app, deps, answers);
  processRoutes(app, deps, answers);
  salesRoutes(app, deps, answers);
  deadLetterRoutes(app, deps, answers);
  reportRoutes(app, deps, answers);
  promotionRoutes(termsRoutes);
  previewPromotionRoute(termsRoutes);
  walletRoutes(app, deps, answers);
  webhookRoutes(app, deps, answers);
  figuresRoute(app, deps, answers);
  stockRoute(app, deps, answers, gate);
}

/** The whole HTTP interface. It does not listen: the caller does, or a test injects. */
export async function createApp(deps: HttpDeps): Promise<App> {
  const app = createServer(deps);
  const addressOf = readAddresses(deps);
  const answers = new Answers(deps, addressOf);
  answerErrors(app, answers);
  allowOrigins(app, deps.corsOrigins);
  const gate = rateGate(deps, answers, addressOf);
  await documentRoutes(app);
  if (deps.accessLog) logRequests(app, deps);
  const connections = watchedConnections(app, deps);
  answerInTime(app, answers, connections);
  guardRoutes(app, answers, tokenCheck(app, deps), gate);
  const pressure = watchedPressure(app, deps);
  const limits = { ...deps, answers, gate, pressure, connections };
  limitRoutes(app, limits);
  readReasons(app, answers);
  readConditions(app, answers, deps.isMatchRequired);
  await addRoutes(app, deps, answers, gate);
  opsRoutes(app, deps, answers);
  referenceRoutes(app, deps, answers);
  webRoutes(app, deps, answers);
  signInRoutes(app, deps, answers);
  answerUnknown(app, answers, limits);
  closeGently(app, deps.time);
  await app.ready();
  return app;
}

/** Only liveness, readiness and metrics, for a process that serves nothing else. */
export async function createOpsApp(deps: OpsDeps): Promise<App> {
  const app = createServer(deps);
  const answers = new Answers(deps, readAddresses(deps));
  answerErrors(app, answers);
  const connections = watchedConnections(app, deps);
  answerInTime(app, answers, connections);
  guardRoutes(app, answers);
  const limits = { ...deps, answers, gate: null, pressure: CALM, connections };
  limitRoutes(app, limits);
  opsRoutes(app, deps, answers);
  answerUnknown(app, answers, limits);
  closeGently(app, deps.time);
  await app.ready();
  return app;
}
