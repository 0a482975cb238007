import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../proof/browser/launch-browser.ts';
import { PHONE, THIS_MACHINE, openOn } from '../../proof/browser/open-on-phone.ts';
import type { PageToOpen } from '../../proof/browser/open-on-phone.ts';
import { pagesToOpen } from '../../proof/browser/pages-to-open.ts';
import { offerBody, saleBody } from '../../proof/builders/sale-files.ts';
import { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import { startSandboxProcess, startService } from '../../proof/fleet/service-process.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { Figures } from '../run/round-figures.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { PAGES, pagesLegend } from './legend.ts';

/** The most that the median of a page may take on the phone. */
const BOUND_MS = 1_000;
const BYTES_PER_KB = 1_000;
const STORE = 'kiln';
const SALE = 'pages';

const OFFERS = ['USB charger', 'Rice bowls', 'Tea mug', 'Tote bag', 'Duvet cover', 'Tea cups'];

const file = {
  sale: { id: SALE, ...saleBody({ name: 'Double Eleven' }) },
  offers: OFFERS.map((title, i) => ({
    id: `offer-${i}`,
    ...offerBody({ title, store: STORE, price: 10_900, listPrice: 12_900, cap: 500 }),
  })),
};

interface Stage {
  readonly pages: readonly PageToOpen[];
  audit(): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** The service, a sandbox, and a sale with an order in it. */
async function openStage({ servers }: BenchWorld): Promise<Stage> {
  const { folder, jwtSecret, redis, postgres } = servers;
  const sandbox = await startSandboxProcess(join(folder, 'sandbox'));
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret, sandbox };
  const service = await startService('all', settings, join(folder, 'service.log'));
  const stop = async () => {
    await service.stop();
    await sandbox.stop();
  };
  try {
    await sandbox.tell(service.url);
    const admin = new SaleAdmin(service.url, jwtSecret);
    await admin.open(file);
    const bought = { sale: SALE, offer: 'offer-1', store: STORE };
    const pages = await pagesToOpen({ origin: service.url, jwtSecret, ...bought });
    const audit = async () => (await admin.audit(SALE)).brokenPromises;
    return { pages, audit, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Opens every page on the phone and right after it on this machine. */
async function measureRound(
  browser: Browser,
  pages: readonly PageToOpen[],
): Promise<Record<string, number>> {
  const round: Record<string, number> = {};
  for (const page of pages) {
    const onPhone = await openOn(browser, PHONE, page);
    const here = await openOn(browser, THIS_MACHINE, page);
    round[`${page.name}Ms`] = onPhone.interactiveMs;
    round[`${page.name}ContentMs`] = onPhone.contentMs;
    round[`${page.name}FirstPaintMs`] = onPhone.firstPaintMs;
    round[`${page.name}HereMs`] = here.interactiveMs;
    round[`${page.name}Kb`] = onPhone.bytes / BYTES_PER_KB;
  }
  return round;
}

const NOTES = [
  'the phone: a CPU four times slower than this machine; 150 ms there and back for each request,',
  '1,600 kbit/s down and 750 up; opening a connection costs nothing',
  'each page is opened with an empty cache',
  'it can be used when its data are painted and no task over 50 ms follows within a second',
];

const brokenBounds = (figures: Figures): string[] =>
  PAGES.flatMap((page) => {
    const { median } = figures[`${page}Ms`]!;
    return median <= BOUND_MS ? [] : [`${page}: ${Math.round(median)} ms, more than ${BOUND_MS}`];
  });

async function measureRounds(stage: Stage, { options, say }: BenchWorld) {
  const browser = await launchBrowser();
  try {
    // The first opening also warms up the browser and the service.
    for (const page of stage.pages) await openOn(browser, THIS_MACHINE, page);
    const rounds: Record<string, number>[] = [];
    while (rounds.length < options.rounds) {
      const round = await measureRound(browser, stage.pages);
      rounds.push(round);
      const shown = PAGES.map((page) => `${page} ${Math.round(round[`${page}Ms`]!)} ms`);
      say(`round ${rounds.length}: ${shown.join(' · ')}`);
    }
    return rounds;
  } finally {
    await browser.close();
  }
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const stage = await openStage(world);
  try {
    const rounds = await measureRounds(stage, world);
    world.audits.note(SALE, await stage.audit());
    const figures = figuresOf(rounds);
    return { rounds, figures, answers: {}, broken: brokenBounds(figures), notes: NOTES };
  } finally {
    await stage.stop();
  }
}

export const pages: Scenario = {
  name: 'pages',
  describe: 'the time until a page can be used on a phone with an empty cache',
  legend: pagesLegend,
  run,
};
