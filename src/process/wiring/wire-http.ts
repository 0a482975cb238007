import type { Logger } from 'pino';
import { createApp } from '../../http/app.ts';
import { useCases } from '../../http/deps.ts';
import type { App, BoundAll, HttpDeps } from '../../http/deps.ts';
import { createPseudonyms } from '../../platform/log.ts';
import { audit } from '../../service/audit.ts';
import { changesOf } from '../../service/changes/changes-of.ts';
import { saleStatus } from '../../service/sale-status.ts';
import type { Environment } from '../own-or-external-servers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Readiness } from './readiness.ts';
import type { ApiSide } from './wire-api.ts';

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

/** Items that wait in the batches of the hot path. */
const waitingIn = ({ purchases, checkouts, claims, wallets }: ApiSide): number =>
  purchases.waiting + checkouts.waiting + claims.waiting + wallets.waiting;

/** Creates the HTTP interface of a wired api. The caller listens. */
export function createApi(
  side: ApiSide,
  { config, jwtSecrets, pseudonymSecret }: ApiEnvironment,
  { log, metrics, readiness }: { log: Logger; metrics: Metrics; readiness: Readiness },
): Promise<App> {
  const { selling, orders, reading, terms, webhooks } = useCases;
  const deps: HttpDeps = {
    selling: bindAll(side, selling),
    orders: bindAll(side, orders),
    reading: bindAll(side, reading),
    terms: bindAll(side, terms),
    webhooks: bindAll({ pool: side.pool, allowPrivate: config.webhookAllowPrivate }, webhooks),
    audit: audit.bind(null, side),
    changesOf: changesOf.bind(null, side),
    saleStatus: saleStatus.bind(null, side),
    tokens: {
      secrets: jwtSecrets,
      keysUrl: config.jwtKeysUrl,
      audience: config.jwtAudience,
      issuer: config.jwtIssuer,
      maxAgeSeconds: config.jwtMaxAgeSeconds,
      operatorMaxAgeSeconds: config.jwtOperatorMaxAgeSeconds,
    },
    onKeysAway: metrics.onKeysAway,
    accessLog: config.accessLog,
    corsOrigins: config.corsOrigins,
    requestTimeoutMs: config.requestTimeoutMs,
    limits: config,
    onTurnedAway: metrics.onTurnedAway,
    readPressure: metrics.readPressure,
    backlog: () => side.pool.waitingCount + waitingIn(side),
    time: side.time,
    whyNotReady: () => readiness.whyNot(),
    registry: metrics.registry,
    onAnswered: metrics.onAnswered,
    log,
    pseudonyms: createPseudonyms(pseudonymSecret),
  };
  return createApp(deps);
}
