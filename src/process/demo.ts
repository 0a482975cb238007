import { writeFileSync } from 'node:fs';
import { readOptions } from './demo/options.ts';
import type { DemoOptions } from './demo/options.ts';
import { faultsOf, isSound, lastLine, tableOf } from './demo/report.ts';
import { runDemo } from './demo/run.ts';
import type { DemoResult } from './demo/run.ts';
import { setStage } from './demo/stage.ts';
import { Stops } from './stops.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

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

async function demo(options: DemoOptions, stops: Stops): Promise<number> {
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
const stops = new Stops();
stops.runOnSignals();
const code = await demo(options, stops).catch((error: Error) => {
  // After a signal everything it had to do with is going away.
  if (stops.signalled === null) complain(`demo: ${error.message || String(error)}`);
  return 1;
});
process.exit(stops.signalled ?? code);
