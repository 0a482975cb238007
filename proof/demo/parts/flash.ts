import { join } from 'node:path';
import { AcknowledgedCounter } from '../../checker/count-acknowledged.ts';
import type { Verdict } from '../../checker/compare-books.ts';
import { checkRush, settleLag } from '../../checker/ledger-facts.ts';
import type { RushPlan, RushReport } from '../../crowd/rush-plan.ts';
import { seededRandom } from '../../crowd/seeded-random.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { startRush } from '../../crowd/start-load-client.ts';
import { writeTokens } from '../../crowd/tokens.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { NoInstant } from '../kills/hunt.ts';
import type { KillReport } from '../kills/hunt.ts';
import { saidLosses } from '../kills/said-losses.ts';
import type { SaidLosses } from '../kills/said-losses.ts';
import { killInMidSale } from '../kills/kill-in-mid-sale.ts';
import { losesOrders } from '../kill-kinds.ts';
import { QUIET_WITHIN_MS } from '../options.ts';
import type { DemoOptions } from '../options.ts';
import { rushMeter } from '../rush-meter.ts';
import { demoSale } from '../demo-sale.ts';
import type { DemoServers } from '../demo-servers.ts';
import { counted } from '../counted.ts';

/** The results of the first part. */
export interface FlashResult {
  readonly sale: string;
  readonly cells: number;
  readonly rush: RushReport;
  readonly verdict: Verdict;
  readonly brokenPromises: readonly unknown[];
  readonly settleLag: { readonly p50Ms: number; readonly p99Ms: number } | null;
  /** The time from the last answer until everything was settled. */
  readonly quietAfterMs: number;
  /** Null without a kill; a text when there was no moment for it. */
  readonly kill: KillReport | string | null;
  /** What the service says of losses; null when the kill must lose nothing. */
  readonly losses: SaidLosses | null;
}

type Say = (line: string) => void;

const REPEAT_SHARE = 0.2;
const OVER_LIMIT_SHARE = 0.2;
/** With a kill, 95 % of the units take this long to sell, plus the outage. */
const PACED_SECONDS = 7;
const PACED_SHARE = 0.95;
const DEADLINE_SECONDS = 90;

const capOf = ({ offers }: SaleFile): number => offers.reduce((sum, { cap }) => sum + cap, 0);

function planOf(file: SaleFile, { apis, folder }: DemoServers, options: DemoOptions): RushPlan {
  const cap = capOf(file);
  const pace = { ratePerSecond: cap / PACED_SECONDS, untilUnits: cap * PACED_SHARE };
  return {
    urls: apis.map(({ url }) => url),
    sale: file.sale.id,
    tokensFile: join(folder, 'tokens'),
    journalFile: join(folder, 'journal'),
    seed: options.seed,
    connections: options.connections,
    offers: file.offers.map(({ id, cap: weight, limitPerShopper = null }) => {
      return { id, weight, limitPerShopper };
    }),
    // The key of a lost order gets another order.
    repeatShare: losesOrders(options.kill) ? 0 : REPEAT_SHARE,
    overLimitShare: OVER_LIMIT_SHARE,
    retry: true,
    length: { purchases: options.shoppers },
    pace: options.kill ? pace : null,
    deadlineSeconds: DEADLINE_SECONDS,
  };
}

interface Rushed {
  readonly rush: RushReport;
  readonly kill: KillReport | string | null;
}

async function rushAndKill(
  { kill, seed }: DemoOptions,
  servers: DemoServers,
  plan: RushPlan,
  { cap, cleanup, say }: { readonly cap: number; readonly cleanup: Cleanup; readonly say: Say },
): Promise<Rushed> {
  const { purchases } = plan.length as { purchases: number };
  const meter = rushMeter({ label: 'rush', answers: purchases, goal: cap, what: 'units' }, say);
  let isOver = false;
  const running = startRush(plan, { onProgress: (progress) => meter.update(progress) });
  cleanup.add(() => running.stop());
  const counter = new AcknowledgedCounter(plan.journalFile);
  const report = running.report.finally(() => {
    isOver = true;
    meter.stop();
  });
  const chance = { random: seededRandom(seed), isOver: () => isOver };
  const hunt = { servers, sale: plan.sale, cap, counter, load: running, ...chance };
  const killing = kill
    ? killInMidSale({ kill, ...hunt }).catch((error: unknown) => {
        if (error instanceof NoInstant) return error.message;
        throw error;
      })
    : null;
  const [rush, killed] = await Promise.all([report, killing]);
  counter.close();
  return { rush, kill: killed };
}

/** Sells out the sale and compares all accounts. */
export async function runFlash(
  options: DemoOptions,
  servers: DemoServers,
  cleanup: Cleanup,
  say: Say,
): Promise<FlashResult> {
  const file = demoSale(options.sale, options);
  const { id: sale, cells = 1 } = file.sale;
  const admin = new SaleAdmin(servers.api.url, servers.settings.jwtSecret);
  await admin.open(file);
  say(
    `sale     ${sale} open · ${counted(file.offers.length, 'offer')} · ` +
      `${counted(capOf(file), 'unit')} · ${counted(cells, 'cell')}`,
  );
  const plan = planOf(file, servers, options);
  const { jwtSecret } = servers.settings;
  writeTokens({ file: plan.tokensFile, jwtSecret, shoppers: options.shoppers });
  if (options.kill) say(`kill     ${options.kill} · seed ${options.seed}`);
  const cap = capOf(file);
  const { rush, kill } = await rushAndKill(options, servers, plan, { cap, cleanup, say });
  const quietAfterMs = await admin.untilQuiet(sale, QUIET_WITHIN_MS);
  const { brokenPromises } = await admin.audit(sale);
  const journals = [plan.journalFile];
  const verdict = await checkRush(servers.pool, { sale, journals, isQuiet: true });
  const lag = await settleLag(servers.pool, sale);
  const losses = losesOrders(options.kill) ? await saidLosses(servers, brokenPromises) : null;
  const checked = { verdict, brokenPromises, losses };
  return { sale, cells, rush, ...checked, settleLag: lag, quietAfterMs, kill };
}
