import { createApi } from '../../../src/process/wiring/wire-http.ts';
import { createMetrics } from '../../../src/process/metrics/metrics.ts';
import { signToken } from '../../../src/process/cli/sign-token.ts';
import type { TokenClaims } from '../../../src/process/cli/sign-token.ts';
import { readConfig } from '../../../src/platform/config.ts';
import { createLog } from '../../../src/platform/log.ts';
import type { Log } from '../../../src/platform/log.ts';
import type { Shop } from './shop.ts';
import { systemTime } from '../../../src/platform/time.ts';

const SECRET = 'a-secret-of-thirty-two-characters';

/** The api of a shop with injected requests, without a socket. */
export async function injectedApi(shop: Shop, log: Log = createLog('silent')) {
  const metrics = createMetrics(systemTime);
  const settings = { config: readConfig({}), jwtSecret: SECRET };
  const app = await createApi(shop.api, settings, { log, metrics });
  const ask = (claims: TokenClaims) => {
    const authorization = `Bearer ${signToken(SECRET, claims, { ttlSeconds: 3600 })}`;
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
