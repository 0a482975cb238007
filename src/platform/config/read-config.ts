import { limits } from './limits.ts';
import { outgoing } from './outgoing.ts';
import { pools } from './pools.ts';
import { servers } from './servers.ts';
import { serving } from './serving.ts';
import { tokens } from './tokens.ts';
import type { Variable } from './variable.ts';

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

/**
 * One row per variable, in a table per subject. `docs/configuration.md` and `.env.example` repeat
 * these tables.
 */
export const variables = {
  ...servers,
  ...pools,
  ...tokens,
  ...serving,
  ...limits,
  ...outgoing,
} as const;

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
    need('JWT_AUDIENCE', 'DATABASE_URL is');
    need('JWT_ISSUER', 'DATABASE_URL is');
    if (!env['JWT_SECRET'] && !env['JWT_JWKS_URL']) {
      faults.push('JWT_SECRET or JWT_JWKS_URL must be set when DATABASE_URL is');
    } else if (!env['JWT_SECRET']) {
      need('PSEUDONYM_SECRET', 'JWT_SECRET is not');
    }
  } else if (env['JWT_JWKS_URL']) {
    // Its issuer also signs tokens for others.
    need('JWT_AUDIENCE', 'JWT_JWKS_URL is');
    need('JWT_ISSUER', 'JWT_JWKS_URL is');
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
