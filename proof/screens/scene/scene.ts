import { join } from 'node:path';
import { connect } from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { migrate } from '../../../src/ledger/migrate.ts';
import { DAY_S, signFor } from '../../builders/secrets.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import { TURNS_NOBODY_AWAY } from '../../fleet/turns-nobody-away.ts';
import { startSandboxProcess, startService } from '../../fleet/service-process.ts';
import { SandboxAdmin } from '../../crowd/order-lives/sandbox-admin.ts';
import { drop, eleven, yearEnd } from './sales.ts';

/** The people who look at the pages. */
export const PEOPLE = {
  alice: { sub: 'alice', role: 'shopper', member: 'gold' },
  mia: { sub: 'mia', role: 'merchant', store: 'kiln-and-cup' },
  olaf: { sub: 'olaf', role: 'operator' },
} as const satisfies Record<string, TokenClaims>;

export type Person = keyof typeof PEOPLE;

export interface SceneServers {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly jwtSecret: string;
}

/** The service with three sales, one of which opens later, and a sandbox that takes the money. */
export interface Scene extends SceneServers {
  readonly folder: string;
  readonly origin: string;
  readonly eleven: ReturnType<typeof eleven>;
  readonly drop: ReturnType<typeof drop>;
  /** An address that signs its visitor in. @param path below the origin */
  address(who: Person | null, path: string): string;
  client(claims: TokenClaims): Client;
}

/** The whole crowd comes from one address, and the receiver of webhooks has a private one. */
const ENVIRONMENT = { ...TURNS_NOBODY_AWAY, WEBHOOK_ALLOW_PRIVATE: 'true' };

/** Starts the service, an api and a worker, and opens the sales. */
export async function openScene(
  servers: SceneServers,
  folder: string,
  cleanup: Cleanup,
): Promise<Scene> {
  const { jwtSecret } = servers;
  await migrate(servers.databaseUrl);
  const sandbox = await cleanup.start(() => startSandboxProcess(join(folder, 'sandbox')));
  const settings = { ...servers, sandbox, environment: ENVIRONMENT };
  const start = (role: 'api' | 'worker') =>
    cleanup.start(() => startService(role, settings, join(folder, `${role}.log`)));
  const [api] = await Promise.all([start('api'), start('worker')]);
  await sandbox.tell(api.url);
  await new SandboxAdmin(sandbox.url).behave({});
  const admin = new SaleAdmin(api.url, jwtSecret);
  const sales = { eleven: eleven(), drop: drop() };
  await admin.open(sales.eleven);
  await admin.open(sales.drop);
  await admin.open(yearEnd(Date.now()));
  const sign = (claims: TokenClaims) => signFor(jwtSecret, claims, DAY_S);
  return {
    ...servers,
    ...sales,
    folder,
    origin: api.url,
    address: (who, path) => {
      const fragment = who === null ? '' : `#token=${sign(PEOPLE[who])}`;
      return `${api.url}${path}${fragment}`;
    },
    client: (claims) => {
      const token = sign(claims);
      return connect({ url: api.url, token: () => token });
    },
  };
}
