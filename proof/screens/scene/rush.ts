import { join } from 'node:path';
import { seededRandom } from '../../crowd/seeded-random.ts';
import { startRush } from '../../crowd/start-load-client.ts';
import { writeTokens } from '../../crowd/tokens.ts';
import { GentleRush } from '../../demo/stay/gentle-rush.ts';
import { Restock } from '../../demo/stay/restock.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import type { Scene } from './scene.ts';

const SEED = 1_111;
/** Orders a second: a rush that leaves a browser on the same two cores some time. */
const RATE = 200;
const CONNECTIONS = 32;
const SHOPPERS = 20_000;
const RESTOCK_MS = 4_000;
const DEADLINE_SECONDS = 1_800;
const SHARE = 0.15;

/** Shoppers rush the cheap offers, others fill carts, and merchants bring more of what is gone. */
export function beginRush(scene: Scene, cleanup: Cleanup, onError: (error: Error) => void): void {
  const { origin: url, jwtSecret, folder, eleven, drop } = scene;
  let isOver = false;
  const tell = (error: Error) => (isOver ? undefined : onError(error));
  const tokensFile = join(folder, 'tokens');
  writeTokens({ file: tokensFile, jwtSecret, shoppers: SHOPPERS });
  const running = startRush({
    urls: [url],
    sale: drop.sale.id,
    tokensFile,
    journalFile: join(folder, 'journal'),
    seed: SEED,
    connections: CONNECTIONS,
    offers: drop.offers.map(({ id, limitPerShopper = null }) => {
      return { id, weight: 1, limitPerShopper };
    }),
    repeatShare: SHARE,
    overLimitShare: SHARE,
    retry: false,
    length: { seconds: DEADLINE_SECONDS, warmupSeconds: 0 },
    pace: { ratePerSecond: RATE, untilUnits: Infinity },
    deadlineSeconds: DEADLINE_SECONDS,
  });
  running.report.catch(tell);
  const of = (file: SaleFile) => ({ url, jwtSecret, file, random: seededRandom(SEED) });
  const gentle = new GentleRush({ ...of(eleven), onError: tell });
  gentle.start();
  const restocks = [eleven, drop].map((file) => new Restock(of(file)));
  const timer = setInterval(() => {
    for (const restock of restocks) void restock.look().catch(tell);
  }, RESTOCK_MS);
  cleanup.add(async () => {
    isOver = true;
    clearInterval(timer);
    gentle.stop();
    await running.stop();
  });
}
