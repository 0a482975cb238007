import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { RequestLog } from './request-log.ts';
import type { PageRequest } from './request-log.ts';

const BYTES_PER_KBIT = 125;

/** How much slower a device and its network are than this machine. */
export interface Slowness {
  /** The time of the machine's CPU times this. */
  readonly cpu: number;
  /** Null: as fast as the machine. The time there and back is added to each request. */
  readonly network: {
    readonly rttMs: number;
    readonly downKbps: number;
    readonly upKbps: number;
  } | null;
}

/** The phone of Lighthouse: mid-range, on a slow 4G network. */
export const PHONE: Slowness = { cpu: 4, network: { rttMs: 150, downKbps: 1_600, upKbps: 750 } };
export const THIS_MACHINE: Slowness = { cpu: 1, network: null };

/** A page, and how to see that it shows data. */
export interface PageToOpen {
  readonly name: string;
  readonly url: string;
  /** Matches once the first view shows what was read. */
  readonly content: string;
}

interface Probed {
  readonly nowMs: number;
  readonly contentMs: number | null;
  readonly firstPaintMs: number | null;
  readonly longTasks: readonly { readonly startMs: number; readonly endMs: number }[];
  /** The sum of layout shifts. */
  readonly shift: number;
  /** What moved: elements with their old and new places as x, y, width and height. */
  readonly moved: readonly string[];
  /** What the page asked for before its code had come, and no view has read. */
  readonly unread: readonly string[];
}

/** How a page opened with a cold cache. Times are in ms since the navigation began. */
export interface Opening {
  readonly firstPaintMs: number;
  /** The first view is painted with its data. */
  readonly contentMs: number;
  /** It is painted, and the last long task after which a second was calm has ended. */
  readonly interactiveMs: number;
  readonly bytes: number;
  /** The sum of layout shifts. */
  readonly shift: number;
  /** What moved: elements with their old and new places as x, y, width and height. */
  readonly moved: readonly string[];
  /** Addresses that were asked for early and that no view has read. */
  readonly unread: readonly string[];
  readonly requests: readonly PageRequest[];
}

const PROBE = readFileSync(join(import.meta.dirname, 'page-probe.js'), 'utf8');
const VIEWPORT = { width: 375, height: 812 };
const CONTENT_WITHIN_MS = 60_000;
const CALM_MS = 1_000;
const CALM_WITHIN_MS = 30_000;

const read = (page: Page): Promise<Probed> => page.evaluate<Probed>('pageProbe.read()');

/** When the page was calm: no long task for a second. */
const calmFrom = ({ contentMs, longTasks }: Probed): number =>
  Math.max(contentMs ?? 0, ...longTasks.map(({ endMs }) => endMs));

/** Waits until the page is calm, or has had long enough. */
async function untilCalm(page: Page): Promise<Probed> {
  for (;;) {
    const probed = await read(page);
    const calmMs = probed.nowMs - calmFrom(probed);
    const isLongEnough = probed.nowMs - (probed.contentMs ?? 0) > CALM_WITHIN_MS;
    if (calmMs >= CALM_MS || isLongEnough) return probed;
    await wait(CALM_MS - calmMs);
  }
}

async function slowDown(page: Page, { cpu, network }: Slowness): Promise<RequestLog> {
  const session = await page.context().newCDPSession(page);
  const log = new RequestLog();
  await log.watch(session);
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (network) {
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: network.rttMs,
      downloadThroughput: network.downKbps * BYTES_PER_KBIT,
      uploadThroughput: network.upKbps * BYTES_PER_KBIT,
    });
  }
  return log;
}

/** Opens a page in a browser without a cache. @throws when its data do not come within a minute */
export async function openOn(
  browser: Browser,
  slowness: Slowness,
  { name, url, content }: PageToOpen,
): Promise<Opening> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    const watch = `pageProbe.shown = pageProbe.watch(${JSON.stringify(content)});`;
    await page.addInitScript({ content: `${PROBE}\n${watch}` });
    const log = await slowDown(page, slowness);
    await page.goto(url, { waitUntil: 'commit' });
    const isShown = page.evaluate<boolean>('pageProbe.shown.then(() => true)');
    const late = wait(CONTENT_WITHIN_MS, false, { ref: false });
    if (!(await Promise.race([isShown, late]))) throw new Error(`${name} shows no data`);
    await page.waitForLoadState('load');
    const probed = await untilCalm(page);
    return {
      firstPaintMs: probed.firstPaintMs ?? Number.NaN,
      contentMs: probed.contentMs ?? Number.NaN,
      interactiveMs: calmFrom(probed),
      bytes: log.bytes,
      shift: probed.shift,
      moved: probed.moved,
      unread: probed.unread,
      requests: log.all,
    };
  } finally {
    await context.close();
  }
}
