import type { Logger } from 'pino';
import { createApp } from '../../http/app.ts';
import { useCases } from '../../http/deps.ts';
import type { App, BoundAll, HttpDeps, SignIn, TokenRules } from '../../http/deps.ts';
import type { SaleId } from '../../domain/ids.ts';
import { sumByMinute } from '../../ledger/reading/sum-by-minute.ts';
import type { Stretch } from '../../ledger/reading/sum-by-minute.ts';
import { createPseudonyms } from '../../platform/log.ts';
import type { BuiltPages } from '../../platform/pages/built-file.ts';
import { shareAnswersBy, shareRuns } from '../../platform/share-runs.ts';
import { audit } from '../../service/audit.ts';
import { changesOf } from '../../service/changes/changes-of.ts';
import { saleStatus } from '../../service/sale-status.ts';
import { readOwnPages } from '../built-pages.ts';
import { isOwnLedger } from '../own-or-external-servers.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Readiness } from './readiness.ts';
import type { ApiSide } from './wire-api.ts';
import { waitingForPools } from './wire-pools.ts';

type UseCase<Deps> = (deps: Deps, ...rest: never[]) => unknown;

/** Binds each use case of a room to its dependencies. */
function bindAll<Deps, Room extends Readonly<Record<string, UseCase<Deps>>>>(
  deps: Deps,
  room: Room,
): BoundAll<Room> {
  const bound = Object.entries(room).map(([name, useCase]) => [name, useCase.bind(null, deps)]);
  return Object.fromEntries(bound) as BoundAll<Room>;
}

type ApiEnvironment = Pick<Environment, 'config' | 'jwtSecrets' | 'pseudonymSecret'>;

/** What waits in the batches of the hot path, for a thread, and for a connection to Postgres. */
function waitingIn({ purchases, checkouts, claims, wallets, deals, pools }: ApiSide): number {
  const batches = purchases.waiting + checkouts.waiting + claims.waiting + wallets.waiting;
  return batches + deals.waiting + waitingForPools(pools);
}

/** Merchants who watch the same sale share what is read for it: each sees its own lines of it. */
const MINUTES_KEPT = { keptMs: 3_000, most: 4 } as const;

/** The use cases of orders and of what is read, each with the pool for its kind of work. */
function bindOrders(side: ApiSide): Pick<HttpDeps, 'orders' | 'reading'> {
  const { pools } = side;
  const paying = { ...side, pool: pools.payments };
  const hearing = { ...side, pool: pools.events };
  const looking = { ...side, pool: pools.reads };
  const reporting = { ...side, pool: pools.reports };
  const { orders, reading } = useCases;
  const { report, movesOf, previewRefund, receivePaymentEvent, ...others } = orders;
  const { orderDetails, ordersOfShopper, figuresByMinute, ...long } = reading;
  const minutesNow = (stretch: Stretch) => sumByMinute(pools.reports, stretch);
  const keyOf = ({ sale, fromMs, untilMs }: Stretch) => `${sale} ${fromMs} ${untilMs}`;
  const sums = shareAnswersBy(minutesNow, keyOf, MINUTES_KEPT, side.time);
  return {
    orders: {
      ...bindAll(paying, others),
      ...bindAll(hearing, { receivePaymentEvent }),
      ...bindAll(looking, { movesOf, previewRefund }),
      ...bindAll(reporting, { report }),
    },
    reading: {
      ...bindAll(looking, { orderDetails, ordersOfShopper }),
      ...bindAll(reporting, long),
      ...bindAll({ ...looking, sumByMinute: sums }, { figuresByMinute }),
    },
  };
}

/** Opening, pausing and closing a sale wait for no change of terms, nor does a preview. */
function bindTerms(side: ApiSide): HttpDeps['terms'] {
  const { setSaleState, previewPromotion, ...others } = useCases.terms;
  const { general: afterCommit, moves, changes, reads } = side.pools;
  const moving = { ...side, pool: moves, afterCommit };
  const changing = { ...side, pool: changes, afterCommit };
  const looking = { ...side, pool: reads };
  return {
    ...bindAll(moving, { setSaleState }),
    ...bindAll(looking, { previewPromotion }),
    ...bindAll(changing, others),
  };
}

/** What operators ask of a sale as a whole. Audits of a sale that overlap are one. */
function bindOps(side: ApiSide): Pick<HttpDeps, 'audit' | 'changesOf' | 'saleStatus'> {
  const reporting = { ...side, pool: side.pools.reports };
  const auditNow = (sale: SaleId) => audit(reporting, sale);
  return {
    audit: shareRuns(auditNow, (sale) => sale),
    changesOf: changesOf.bind(null, reporting),
    saleStatus: saleStatus.bind(null, reporting),
  };
}

/**
 * What operators see and do at their desk, none of which waits for a report. Each process glances
 * at the sales once for all who look, so it takes one of the general connections at most.
 */
function bindDesk(side: ApiSide): HttpDeps['ops'] {
  const { general, reads, changes } = side.pools;
  const { replayLetter, releaseLetter, glanceAtSales, ...looks } = useCases.ops;
  return {
    ...bindAll({ ...side, pool: general }, { glanceAtSales }),
    ...bindAll({ ...side, pool: reads }, looks),
    ...bindAll({ ...side, pool: changes }, { replayLetter, releaseLetter }),
  };
}

const tokenRules = (config: Environment['config'], secrets: readonly string[]): TokenRules => ({
  secrets,
  keysUrl: config.jwtKeysUrl,
  audience: config.jwtAudience,
  issuer: config.jwtIssuer,
  maxAgeSeconds: config.jwtMaxAgeSeconds,
  operatorMaxAgeSeconds: config.jwtOperatorMaxAgeSeconds,
});

/** How people sign in, and whether they may pay without https: only on our own servers. */
const visitorsOf = (
  config: Environment['config'],
  secrets: readonly string[],
  signIn: SignIn = { url: config.signInUrl, issue: null },
) => ({
  tokens: tokenRules(config, secrets),
  signIn,
  mayReturnHere: isOwnLedger(config),
});

function builtPages(log: Logger): BuiltPages {
  const pages = readOwnPages();
  if (pages.size === 0) log.warn('the pages are not built: `npm run web` builds them');
  return pages;
}

interface HttpSide {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Default: as the configuration says, and nobody signs tokens here. */
  readonly signIn?: SignIn;
}

/** Creates the HTTP interface of a wired api. The caller listens. */
export function createApi(
  side: ApiSide,
  { config, jwtSecrets, pseudonymSecret }: ApiEnvironment,
  { log, metrics, readiness, signIn }: HttpSide,
): Promise<App> {
  const { selling, webhooks } = useCases;
  const deps: HttpDeps = {
    selling: bindAll({ ...side, pool: side.pools.reads }, selling),
    ...bindOrders(side),
    terms: bindTerms(side),
    webhooks: bindAll(
      { ...side, pool: side.pools.changes, allowPrivate: config.webhookAllowPrivate },
      webhooks,
    ),
    ops: bindDesk(side),
    ...bindOps(side),
    ...visitorsOf(config, jwtSecrets, signIn),
    onKeysAway: metrics.onKeysAway,
    accessLog: config.accessLog,
    corsOrigins: config.corsOrigins,
    imageHosts: config.imageHosts,
    returnOrigins: config.paymentReturnOrigins,
    isMatchRequired: config.requireIfMatch,
    requestTimeoutMs: config.requestTimeoutMs,
    limits: config,
    onTurnedAway: metrics.onTurnedAway,
    readPressure: metrics.readPressure,
    backlog: () => waitingIn(side),
    builtPages: builtPages(log),
    time: side.time,
    whyNotReady: () => readiness.whyNot(),
    registry: metrics.registry,
    onAnswered: metrics.onAnswered,
    onOrderTimed: metrics.onOrderTimed,
    onSecurity: metrics.onSecurity,
    log,
    pseudonyms: createPseudonyms(pseudonymSecret),
  };
  return createApp(deps);
}
