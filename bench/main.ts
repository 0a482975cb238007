import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';

import { hotOffer } from './hot-offer.ts';
import { commitOfWorkingCopy, machineOf } from './machine.ts';
import { printFigures, printMachine } from './print.ts';
import { NoNumber } from './scenario.ts';
import type { BenchOptions, BenchResult, Scenario } from './scenario.ts';
import { script } from './script.ts';
import { startBenchServers } from './servers.ts';
import { settleScenario } from './settle.ts';

const scenarios = [hotOffer, settleScenario, script];
const ROUNDS_MAX = 50;
const SECONDS_MAX = 60;
const CONNECTIONS_MAX = 1_024;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
let signalled = false;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const wholeUpTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
};

const connectionList = (text: string) => text.split(',').map(wholeUpTo(CONNECTIONS_MAX));

type Flags = BenchOptions & { readonly json?: string };

async function run(scenario: Scenario, { json, ...options }: Flags): Promise<void> {
  const servers = await startBenchServers();
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      signalled = true;
      void servers.stop().finally(() => process.exit(code));
    });
  }
  try {
    say(`servers  ${servers.redis.origin}, AOF fsync always · ${servers.postgres.origin}`);
    const machine = await machineOf(servers);
    printMachine(machine, say);
    const result = await scenario.run({ servers, options, say });
    finish(scenario, result);
    const { notes: _, ...figures } = result;
    const commit = commitOfWorkingCopy();
    const report = { scenario: scenario.name, commit, ...figures, machine, options };
    if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    // After a signal everything is going away, and the process ends by that.
    if (signalled) await new Promise(() => {});
    if (!(error instanceof NoNumber)) throw error;
    process.stderr.write(`no number: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

function finish(scenario: Scenario, result: BenchResult): void {
  printFigures(scenario, result, say);
  for (const note of result.notes) say(`  ${note}`);
  say(`broken promises ${result.audit.brokenPromises}`);
}

function programOf(): Command {
  const program = new Command('bench')
    .description('Figures beside a control of the same run; no number unless the audit is clean')
    .showHelpAfterError('(--help shows how)');
  for (const scenario of scenarios) {
    program
      .command(scenario.name)
      .description(scenario.describe)
      .option('--rounds <n>', 'rounds, arms interleaved', wholeUpTo(ROUNDS_MAX), 5)
      .option('--seconds <n>', 'measured seconds of an arm', wholeUpTo(SECONDS_MAX), 4)
      .option('--connections <list>', 'with commas between', connectionList, [64, 256])
      .option('--json <file>', 'write rounds and figures to a file')
      .action((flags: Flags) => run(scenario, flags));
  }
  return program;
}

await programOf().parseAsync();
// A connection that lingers must not keep us: everything is stopped.
process.exit();
