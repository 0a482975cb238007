import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { Cleanup } from '../proof/fleet/cleanup.ts';
import { allowClosedPipes } from '../src/process/cli/output.ts';
import { wholeUpTo } from '../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../src/process/exit-codes.ts';
import { abuse } from './abuse/abuse.ts';
import { Audits } from './run/audits.ts';
import { budgetDry } from './carts/budget-dry.ts';
import { cart } from './carts/cart.ts';
import { couponRush } from './flash/coupon-rush.ts';
import { expiryStorm } from './returns/expiry-storm.ts';
import { hotOffer } from './flash/hot-offer.ts';
import { commitOfWorkingCopy, machineOf } from './run/machine-facts.ts';
import { barsOf, svgOf } from './run/plot.ts';
import { printFigures, printMachine } from './run/print.ts';
import { pages } from './pages/pages.ts';
import { returnToShelf } from './returns/return-to-shelf.ts';
import { NoNumber } from './run/no-number.ts';
import type { BenchOptions, BenchResult, Scenario, Size } from './run/scenario.ts';
import { recovery } from './losses/recovery.ts';
import { script } from './without-http/script.ts';
import { startBenchServers } from './run/servers.ts';
import { settleScenario } from './without-http/settle.ts';
import { sse } from './streams/sse.ts';

const scenarios = [
  ...[hotOffer, settleScenario, script, cart, couponRush, budgetDry],
  ...[returnToShelf, expiryStorm, recovery, abuse, sse, pages],
];
const ROUNDS_MAX = 50;
const SECONDS_MAX = 60;
const CONNECTIONS_MAX = 1_024;
const DEFAULTS = { rounds: 5, seconds: 4, connections: [64, 256] };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const connectionList = (text: string) => text.split(',').map(wholeUpTo(CONNECTIONS_MAX));

const nameList = (known: readonly string[]) => (text: string) => {
  const names = text.split(',');
  if (names.every((name) => known.includes(name))) return names;
  throw new InvalidArgumentError(`It must be a comma-separated list of: ${known.join(', ')}.`);
};

type Flags = BenchOptions & { readonly json?: string };

async function run(scenario: Scenario, { json, ...options }: Flags): Promise<void> {
  const cleanup = new Cleanup();
  cleanup.runOnSignals();
  try {
    await measure(scenario, { json, options }, cleanup);
  } catch (error) {
    // After a signal all servers stop, so an error is expected. The signal ends the process.
    if (cleanup.signalled !== null) await new Promise(() => {});
    if (!(error instanceof NoNumber)) throw error;
    process.stderr.write(`no number: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await cleanup.run();
  }
}

async function measure(
  scenario: Scenario,
  { json, options }: { readonly json: string | undefined; readonly options: BenchOptions },
  cleanup: Cleanup,
): Promise<void> {
  const servers = await startBenchServers(cleanup);
  say(`servers  ${servers.redis.origin}, AOF fsync always · ${servers.postgres.origin}`);
  const machine = await machineOf(servers);
  printMachine(machine, say);
  const audits = new Audits();
  const result = await scenario.run({ servers, options, audits, say });
  const { notes, curves = {}, broken = [], summary, ...figures } = result;
  printFigures(scenario, figures, say);
  printCurves(scenario, curves);
  for (const note of notes) say(`  ${note}`);
  const audit = audits.counts;
  say(`broken promises ${audit.brokenPromises} in ${audit.sales} sales`);
  for (const bound of broken) say(`BROKEN BOUND ${bound}`);
  if (summary !== undefined) say(summary);
  if (broken.length > 0) process.exitCode = 1;
  const commit = commitOfWorkingCopy();
  const points = Object.entries(curves).map(([name, curve]) => [name, curve.points] as const);
  const found = { ...figures, ...Object.fromEntries(points) };
  const report = { scenario: scenario.name, commit, ...found, broken, audit, machine, options };
  if (!json) return;
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  writePlots(json, scenario, curves);
}

type Curves = NonNullable<BenchResult['curves']>;

function printCurves({ legend }: Scenario, curves: Curves): void {
  for (const [name, curve] of Object.entries(curves)) {
    say(`${name}: ${legend[name]!.means}`);
    for (const bar of barsOf(curve)) say(`  ${bar}`);
  }
}

/** Writes each plot beside the JSON file: `cart-scriptMicros.svg` beside `cart.json`. */
function writePlots(json: string, { legend }: Scenario, curves: Curves): void {
  const stem = json.replace(/\.json$/, '');
  for (const [name, curve] of Object.entries(curves)) {
    writeFileSync(`${stem}-${name}.svg`, svgOf(legend[name]!.means, curve));
  }
}

function programOf(): Command {
  const program = new Command('bench')
    .description('Measures beside a control in the same run; no number unless the audit is clean')
    .showHelpAfterError('(--help shows how)')
    .exitOverride(endAfterParsing);
  for (const scenario of scenarios) addTo(program, scenario);
  return program;
}

function addTo(program: Command, scenario: Scenario): void {
  const { rounds, seconds, connections } = scenario.defaults ?? DEFAULTS;
  const command = program
    .command(scenario.name)
    .description(scenario.describe)
    .option('--rounds <n>', 'rounds; each runs every arm', wholeUpTo(ROUNDS_MAX), rounds)
    .option('--seconds <n>', 'measured seconds per arm', wholeUpTo(SECONDS_MAX), seconds)
    .option('--connections <list>', 'comma-separated numbers', connectionList, [...connections])
    .option('--json <file>', 'write rounds and figures to this file, and plots beside it')
    .action((flags: Flags) => run(scenario, flags));
  const { parts } = scenario;
  const sizes: Readonly<Record<string, Size>> = scenario.sizes ?? {};
  if (parts) command.option('--only <list>', `only some of ${parts.join(', ')}`, nameList(parts));
  for (const [name, { most, preset, means }] of Object.entries(sizes)) {
    command.option(`--${name} <n>`, means, wholeUpTo(most), preset);
  }
}

allowClosedPipes();
await programOf().parseAsync();
// Everything is stopped, so a lingering connection must not keep the process alive.
process.exit();
