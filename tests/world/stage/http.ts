import { createApi } from '../../../src/process/wiring/wire-http.ts';
import { Readiness } from '../../../src/process/wiring/readiness.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { JWT_SECRET, bearer } from '../../../proof/builders/secrets.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { createLog } from '../../../src/platform/log.ts';
import type { Log } from '../../../src/platform/log.ts';
import type { Shop } from './shop.ts';
import { systemTime } from '../../../src/platform/time.ts';

interface ApiSettings {
  readonly log?: Log;
  /** The environment that its configuration is read from. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The api of a shop, which listens nowhere yet. */
export async function apiOf(shop: Pick<Shop, 'api'>, given: ApiSettings = {}) {
  const { log = createLog('silent'), environment = {} } = given;
  const metrics = createMetrics(systemTime);
  const secrets = { jwtSecrets: [JWT_SECRET], pseudonymSecret: JWT_SECRET };
  const settings = { config: readConfig(environment), ...secrets };
  const readiness = new Readiness({ ...shop.api, stopping: new AbortController().signal });
  return { app: await createApi(shop.api, settings, { log, metrics, readiness }), metrics };
}

/** The api of a shop with injected requests, without a socket. */
export async function injectedApi(shop: Shop, log: Log = createLog('silent')) {
  const { app, metrics } = await apiOf(shop, { log });
  const ask = (claims: TokenClaims) => {
    const authorization = bearer(claims);
    return (
      method: 'GET' | 'PUT' | 'POST' | 'PATCH',
      url: string,
      payload?: object,
      key?: string,
    ) =>
      app.inject({
        method,
        url,
        headers: { authorization, ...(key ? { 'idempotency-key': key } : {}) },
        ...(payload ? { payload } : {}),
      });
  };
  return { app, ask, metrics };
}
