import { writeFileSync } from 'node:fs';
import { readOptions } from './demo/options.ts';
import type { DemoOptions } from './demo/options.ts';
import { faultsOf, isSound, lastLine, tableOf } from './demo/report.ts';
import { runDemo } from './demo/run.ts';
import type { DemoResult } from './demo/run.ts';
import { setStage, Stops } from './demo/stage.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Set by a signal: the exit code, whatever else comes of it. */
let signalled: number | null = null;

/** Ends with everything stopped, whatever it was in the middle of. */
function stopOnSignals(stops: Stops): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      signalled ??= code;
      complain(`${signal}: stopping`);
      void stops.run().finally(() => process.exit(code));
    });
  }
}

function writeJson(file: string, options: DemoOptions, result: DemoResult): void {
  const { verdict, brokenPromises, ...rest } = result;
  const { examples, ...counts } = verdict;
  const figures = { ...rest, ...counts, brokenPromises, faults: faultsOf(result), examples };
  const kill = options.kill ?? null;
  const asked = { shoppers: options.shoppers, connections: options.connections, kill };
  writeFileSync(
    file,
    `${JSON.stringify({ asked, isSound: isSound(result), ...figures }, null, 2)}\n`,
  );
}

async function demo(options: DemoOptions): Promise<number> {
  const stops = new Stops();
  stopOnSignals(stops);
  let result: DemoResult;
  try {
    const stage = await setStage(options, stops, say);
    result = await runDemo(options, stage, stops, say);
  } finally {
    await stops.run();
  }
  if (options.json) writeJson(options.json, options, result);
  say(tableOf(result));
  for (const fault of faultsOf(result)) complain(`wrong: ${fault}`);
  say(lastLine(result));
  return isSound(result) ? 0 : 1;
}

const options = readOptions(process.argv);
const code = await demo(options).catch((error: Error) => {
  // After a signal everything it had to do with is going away.
  if (signalled === null) complain(`demo: ${error.message || String(error)}`);
  return 1;
});
process.exit(signalled ?? code);
