import {
  httpUrl,
  isEventSecret,
  isOrigin,
  list,
  oneOf,
  optional,
  redisUrl,
  secret,
  serverUrl,
  stripeKey,
  wholeNumber,
} from './config-parsers.ts';

/** All settings of the environment, checked together and frozen. */
export type Config = {
  readonly [Key in keyof typeof variables]: ReturnType<(typeof variables)[Key]['parse']>;
};

/** The environment is wrong. `faults` has one line for each variable to fix, and no values. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The environment is wrong: ${faults.join('; ')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

interface Variable<Value> {
  readonly name: string;
  /** Used when the variable is unset, written as in the environment; empty: no value. */
  readonly fallback: string;
  readonly description: string;
  /** Throws a `RangeError` that says what the text must be. */
  readonly parse: (text: string) => Value;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const providers = ['sandbox', 'stripe', 'none'] as const;

/** One row per variable. `docs/configuration.md` and `.env.example` repeat this table. */
export const variables = {
  redisUrl: {
    name: 'REDIS_URL',
    fallback: '',
    description:
      'One Redis server, not a Redis Cluster; required with DATABASE_URL; unset: our own',
    parse: optional(redisUrl),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    fallback: '',
    description: 'Postgres 15 or newer; required with REDIS_URL; unset: our own',
    parse: optional(serverUrl('postgres', 'postgresql')),
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    fallback: '',
    description:
      'Verifies bearer tokens (HS256); 32 characters or more; required with DATABASE_URL',
    parse: optional(secret),
  },
  jwtAudience: {
    name: 'JWT_AUDIENCE',
    fallback: '',
    description: 'The `aud` that tokens must have; unset: any',
    parse: optional(String),
  },
  jwtIssuer: {
    name: 'JWT_ISSUER',
    fallback: '',
    description: 'The `iss` that tokens must have; unset: any',
    parse: optional(String),
  },
  host: {
    name: 'HOST',
    fallback: '127.0.0.1',
    description: 'The address to listen on',
    parse: String,
  },
  port: {
    name: 'PORT',
    fallback: '8080',
    description: 'The port to listen on; 0: any free one',
    parse: wholeNumber(0, 65_535),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    fallback: 'info',
    description: 'fatal, error, warn, info, debug, trace or silent',
    parse: oneOf(logLevels),
  },
  backlogLimit: {
    name: 'BACKLOG_LIMIT',
    fallback: '200000',
    description: 'Orders of a cell that may wait for settlement; beyond that it answers 503',
    parse: wholeNumber(1, 10_000_000),
  },
  requestTimeoutMs: {
    name: 'REQUEST_TIMEOUT_MS',
    fallback: '10000',
    description: 'How long a request may take to arrive, in milliseconds',
    parse: wholeNumber(1, 600_000),
  },
  drainDelayMs: {
    name: 'DRAIN_DELAY_MS',
    fallback: '0',
    description: 'After SIGTERM: how long it serves while `/readyz` says no, up to 3000 ms',
    parse: wholeNumber(0, 3_000),
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    fallback: '',
    description: 'Browser origins that may call, separated by commas; unset: none',
    parse: list(isOrigin, 'origins such as https://shop.example'),
  },
  allowUnsafeRedis: {
    name: 'ALLOW_UNSAFE_REDIS',
    fallback: 'false',
    description: 'Opens sales even on a Redis that may evict keys or lose writes in a crash',
    parse: (text: string) => oneOf(['true', 'false'])(text) === 'true',
  },
  paymentProvider: {
    name: 'PAYMENT_PROVIDER',
    fallback: 'sandbox',
    description: 'Who takes the money: sandbox, stripe or none',
    parse: oneOf(providers),
  },
  sandboxUrl: {
    name: 'SANDBOX_URL',
    fallback: '',
    description: 'The URL of a sandbox; unset: our own, or none when DATABASE_URL is set',
    parse: optional(httpUrl),
  },
  paymentEventSecrets: {
    name: 'PAYMENT_EVENT_SECRETS',
    fallback: '',
    description: 'Verify the events of a sandbox: `whsec_…`, newest first, separated by commas',
    parse: list(isEventSecret, 'secrets such as whsec_ and 24 to 64 bytes in base64'),
  },
  stripeSecretKey: {
    name: 'STRIPE_SECRET_KEY',
    fallback: '',
    description: 'The key for calls to Stripe, secret or restricted: `sk_…` or `rk_…`',
    parse: optional(stripeKey),
  },
  stripeWebhookSecrets: {
    name: 'STRIPE_WEBHOOK_SECRETS',
    fallback: '',
    description: 'Verify the events of Stripe: `whsec_…`, separated by commas',
    parse: list((item) => /^whsec_\w+$/.test(item), 'secrets that begin with whsec_'),
  },
  webhookAllowPrivate: {
    name: 'WEBHOOK_ALLOW_PRIVATE',
    fallback: 'false',
    description: 'Lets webhooks go to private addresses and by http: for development only',
    parse: (text: string) => oneOf(['true', 'false'])(text) === 'true',
  },
  testInfra: {
    name: 'TEST_INFRA',
    fallback: 'auto',
    description: 'Where the tests get their servers: auto, docker or local',
    parse: oneOf(['auto', 'docker', 'local']),
  },
} as const satisfies Record<string, Variable<unknown>>;

/**
 * Reads and checks every variable. An empty variable counts as unset, and unknown ones are ignored.
 * @throws ConfigError with all faults at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const read = ({ name, fallback, parse }: Variable<unknown>) => {
    try {
      return parse(env[name] || fallback);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      faults.push(`${name} ${error.message}`);
      return undefined;
    }
  };
  const entries = Object.entries(variables).map(([key, variable]) => [key, read(variable)]);
  faults.push(...missing(env));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

/** A fault for each variable that another one requires. */
function missing(env: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  const need = (name: string, why: string) => {
    if (!env[name]) faults.push(`${name} must be set when ${why}`);
  };
  if (env['DATABASE_URL']) {
    // Our own, empty Redis would sell what the ledger sold already.
    need('REDIS_URL', 'DATABASE_URL is');
    need('JWT_SECRET', 'DATABASE_URL is');
  }
  if (env['REDIS_URL']) need('DATABASE_URL', 'REDIS_URL is');
  if (env['SANDBOX_URL']) need('PAYMENT_EVENT_SECRETS', 'SANDBOX_URL is');
  if (env['PAYMENT_PROVIDER'] === 'sandbox' && env['DATABASE_URL']) {
    need('SANDBOX_URL', 'PAYMENT_PROVIDER is sandbox and DATABASE_URL is set');
  }
  if (env['PAYMENT_PROVIDER'] === 'stripe') {
    need('STRIPE_SECRET_KEY', 'PAYMENT_PROVIDER is stripe');
    need('STRIPE_WEBHOOK_SECRETS', 'PAYMENT_PROVIDER is stripe');
  }
  return faults;
}
