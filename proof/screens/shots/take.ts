import type { Browser, Page } from 'playwright-core';
import type { Things } from '../scene/prepare-scene.ts';
import type { Look } from './looks.ts';
import type { Shot } from './shot.ts';

const WITHIN_MS = 30_000;

/** A view that is open. */
export interface OpenView {
  /** Waits until the view has been open for long enough. @returns a PNG of the window */
  take(look: Look): Promise<Buffer>;
  close(): Promise<void>;
}

async function show(page: Page, shot: Shot, things: Things): Promise<void> {
  const path = await shot.path(things);
  const address = path.startsWith('/') ? things.scene.address(shot.who, path) : path;
  page.setDefaultTimeout(WITHIN_MS);
  await page.goto(address);
  await page.locator(shot.shows).first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await shot.prepare?.(page);
}

/** A view draws again after its window has changed. */
async function lookAt(page: Page, { width, height, theme }: Look): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))');
}

/** Opens a view as a visitor with a clean browser. @throws when it does not show what it should */
export async function openView(
  browser: Browser,
  shot: Shot,
  { width, height, theme, locale }: Look,
  things: Things,
): Promise<OpenView> {
  const context = await browser.newContext({
    locale,
    colorScheme: theme,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    viewport: { width, height },
  });
  const page = await context.newPage();
  const openedMs = performance.now();
  await show(page, shot, things);
  return {
    take: async (look) => {
      await lookAt(page, look);
      await page.waitForTimeout(Math.max(0, openedMs + (shot.openMs ?? 0) - performance.now()));
      return page.screenshot();
    },
    close: () => context.close(),
  };
}
