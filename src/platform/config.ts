/** Everything that can be set from outside, checked as a whole and frozen. */
export type Config = {
  readonly [Key in keyof typeof variables]: ReturnType<(typeof variables)[Key]['parse']>;
};

/** The environment is wrong; `faults` has one line for each thing to mend, and no values. */
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
  /** As it would be written in the environment; empty for none. */
  readonly fallback: string;
  readonly description: string;
  /** Throws a `RangeError` that says what the text must be. */
  readonly parse: (text: string) => Value;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const secretLeastCharacters = 32;

/** One row a variable; `docs/configuration.md` and `.env.example` are this table. */
export const variables = {
  redisUrl: {
    name: 'REDIS_URL',
    fallback: '',
    description: 'One Redis, not a Redis Cluster; unset: our own',
    parse: optional(serverUrl('redis', 'rediss')),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    fallback: '',
    description: 'Postgres 15 or newer; unset: our own',
    parse: optional(serverUrl('postgres', 'postgresql')),
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    fallback: '',
    description: 'Verifies bearer tokens (HS256), 32 characters or more; needed with DATABASE_URL',
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
    description: 'The address to listen at',
    parse: String,
  },
  port: {
    name: 'PORT',
    fallback: '8080',
    description: 'The port to listen at; 0: any free one',
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
    description: 'Orders of a cell that may wait for settlement before it answers 503',
    parse: wholeNumber(1, 10_000_000),
  },
  requestTimeoutMs: {
    name: 'REQUEST_TIMEOUT_MS',
    fallback: '10000',
    description: 'How long a request may take to arrive, in milliseconds',
    parse: wholeNumber(1, 600_000),
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    fallback: '',
    description: 'Origins of browsers that may call, with commas between; unset: none',
    parse: origins,
  },
  allowUnsafeRedis: {
    name: 'ALLOW_UNSAFE_REDIS',
    fallback: 'false',
    description: 'Opens a sale even on a Redis that may evict, or lose writes when it crashes',
    parse: (text: string) => oneOf(['true', 'false'])(text) === 'true',
  },
  testInfra: {
    name: 'TEST_INFRA',
    fallback: 'auto',
    description: 'Where the servers of the tests come from: auto, docker or local',
    parse: oneOf(['auto', 'docker', 'local']),
  },
} as const satisfies Record<string, Variable<unknown>>;

/**
 * Reads and checks every variable. An empty one counts as unset; unknown ones are ignored.
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
  if (env['DATABASE_URL'] && !env['JWT_SECRET']) {
    faults.push('JWT_SECRET must be set when DATABASE_URL is');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

function optional<Value>(parse: (text: string) => Value) {
  return (text: string): Value | undefined => (text === '' ? undefined : parse(text));
}

/** One URL of one server: a password may have commas, the host may not. */
function serverUrl(...schemes: readonly string[]) {
  return (text: string): string => {
    const isOurs = schemes.some((scheme) => text.startsWith(`${scheme}://`));
    if (isOurs && URL.parse(text)?.host.includes(',') === false) return text;
    throw new RangeError(`must be one URL that begins with ${schemes.join(':// or ')}://`);
  };
}

function secret(text: string): string {
  if (text.length >= secretLeastCharacters) return text;
  throw new RangeError(`must have ${secretLeastCharacters} characters or more`);
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new RangeError(`must be a whole number from ${least} to ${most}`);
  };
}

function oneOf<const Words extends readonly string[]>(words: Words) {
  return (text: string): Words[number] => {
    if (words.includes(text)) return text;
    throw new RangeError(`must be one of ${words.join(', ')}`);
  };
}

/** An origin is scheme, host and port; a path behind it would never match a browser's header. */
function origins(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  const found = items.filter((item) => item !== '');
  if (found.every((item) => URL.parse(item)?.origin === item)) return Object.freeze(found);
  throw new RangeError('must be origins such as https://shop.example, with commas between');
}
