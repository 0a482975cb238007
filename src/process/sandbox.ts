import closeWithGrace from 'close-with-grace';
import { Command, InvalidArgumentError } from 'commander';
import Value from 'typebox/value';
import { ConfigError, readConfig } from '../platform/config/read-config.ts';
import type { Config } from '../platform/config/read-config.ts';
import { systemTime } from '../platform/time.ts';
import { Behaviour } from '../provider/sandbox-server/behaviour.ts';
import { startSandbox } from '../provider/sandbox-server/server.ts';
import { readOwnPages } from './built-pages.ts';
import { eventsUrlAt, localEnvironment } from './own-or-external-servers.ts';
import { endWith } from './end-with.ts';
import { endAfterParsing } from './exit-codes.ts';
import { wholeUpTo } from './cli/whole-number.ts';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly eventsUrl?: string;
  readonly behaviour: Behaviour;
  readonly seed: number;
}

const PORT = 8_090;
const PORT_MAX = 65_535;
const SEED_MAX = 2 ** 31;
const STOP_MS = 2_000;

function behaviourOf(text: string): Behaviour {
  const value = parsed(text);
  if (Value.Check(Behaviour, value)) return value;
  throw new InvalidArgumentError('It must be JSON such as {"delayMs":500,"declineRate":0.1}.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The newest secret that is set, else the secret of our own servers. */
function secretOf({ paymentEventSecrets: [newest] }: Config): string {
  const secret = newest ?? localEnvironment()?.sandbox?.secret;
  if (secret !== undefined) return secret;
  throw new ConfigError(['PAYMENT_EVENT_SECRETS must be set to the value that the service has']);
}

async function start({ eventsUrl, ...options }: Options): Promise<void> {
  const config = readConfig(process.env);
  const events = eventsUrl ?? eventsUrlAt(config.port);
  const secret = secretOf(config);
  const served = { pages: readOwnPages(), time: systemTime };
  const sandbox = await startSandbox({ ...options, ...served, eventsUrl: events, secret });
  process.stdout.write(`sandbox at ${sandbox.url}, events to ${events}\n`);
  closeWithGrace({ delay: STOP_MS, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`sandbox: ${err.message}\n`);
    await sandbox.close();
  });
}

const program = new Command('sandbox')
  .description(
    'Run a payment provider for development. It keeps payments in memory and checks no ' +
      'credentials. Its secret is the first of PAYMENT_EVENT_SECRETS',
  )
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--port <n>', 'the port to listen on', wholeUpTo(PORT_MAX), PORT)
  .option('--events-url <url>', 'where it sends events; default: /v1/payment-events at PORT')
  .option('--behaviour <json>', 'how it misbehaves, as in PUT /behaviour', behaviourOf, {})
  .option('--seed <n>', 'seed of everything random', wholeUpTo(SEED_MAX), 1)
  .showHelpAfterError('(--help shows how)')
  .exitOverride(endAfterParsing)
  .action(start);

await program.parseAsync().catch((error: Error & { code?: string }) => {
  endWith(
    error.code === 'EADDRINUSE'
      ? new ConfigError(['another process listens there: set --port to a free one'])
      : error,
  );
});
