import { writeFileSync } from 'node:fs';
import { cartTables } from './parts/cart-tables.ts';
import { runCarts } from './parts/carts.ts';
import type { CartsResult } from './parts/carts.ts';
import { runFlash } from './parts/flash.ts';
import { lifeLine, lifeTables } from './parts/life-tables.ts';
import { runLives } from './parts/lives.ts';
import type { LivesResult } from './parts/lives.ts';
import { readOptions } from './options.ts';
import type { DemoOptions } from './options.ts';
import { faultsOf, flashTable, isSound, lastLine } from './parts/report.ts';
import type { DemoResult } from './parts/report.ts';
import { startDemoServers } from './demo-servers.ts';
import type { DemoServers } from './demo-servers.ts';
import { NEXT } from './stay/ready-sign-ins.ts';
import { stay } from './stay/stay.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import type { Cleanup } from '../fleet/cleanup.ts';

/** The figures of carts, without the notes on each order. */
function cartFigures({ file, notes, shoppers, seconds, sums, pots, ...checks }: CartsResult) {
  const { verdict, brokenPromises } = checks;
  const sale = { sale: file.sale.id, cells: file.sale.cells ?? 1 };
  const { answers } = notes;
  return { ...sale, shoppers, seconds, answers, ...sums, pots, verdict, brokenPromises };
}

/** The figures of orders, without each order. */
function livesFigures({ file, facts, ...rest }: LivesResult) {
  const { money, calls, events } = facts;
  const sale = { sale: file.sale.id, cells: file.sale.cells ?? 1 };
  return { ...sale, ...rest, ledger: { money, calls, events } };
}

function writeJson(file: string, options: DemoOptions, result: DemoResult): void {
  const { verdict, brokenPromises, ...rest } = result.flash;
  const { examples, ...counts } = verdict;
  const faults = faultsOf(result);
  const carts = cartFigures(result.carts);
  const lives = livesFigures(result.lives);
  const figures = { ...rest, ...counts, brokenPromises, faults, examples, carts, lives };
  const { shoppers, carts: cartShoppers, connections, kill = null } = options;
  const asked = { shoppers, carts: cartShoppers, connections, kill };
  writeFileSync(
    file,
    `${JSON.stringify({ asked, isSound: isSound(result), ...figures }, null, 2)}\n`,
  );
}

async function perform(
  options: DemoOptions,
  servers: DemoServers,
  cleanup: Cleanup,
): Promise<DemoResult> {
  const flash = await runFlash(options, servers, cleanup, say);
  say(flashTable(flash));
  const carts = await runCarts(options, servers, say);
  say(cartTables(carts));
  return { flash, carts, lives: await runLives(options, servers, say) };
}

async function demo(options: DemoOptions, cleanup: Cleanup): Promise<number> {
  const servers = await startDemoServers(options, cleanup, say);
  const result = await perform(options, servers, cleanup);
  const isStaying = options.stay && isSound(result);
  if (!isStaying) await cleanup.run();
  if (options.json) writeJson(options.json, options, result);
  say(lifeTables(result.lives));
  for (const fault of faultsOf(result)) note(`wrong: ${fault}`);
  if (!options.stay) say(NEXT);
  say(lifeLine(result.lives));
  say(lastLine(result));
  if (isStaying) return stay(options, servers, cleanup, { say, note });
  return isSound(result) ? 0 : 1;
}

const options = readOptions(process.argv);
await runProgram('demo', (cleanup) => demo(options, cleanup));
