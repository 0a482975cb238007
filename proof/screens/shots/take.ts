import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Look } from './looks.ts';
import type { Things } from '../scene/prepare-scene.ts';
import type { Shot } from './shot.ts';

const WITHIN_MS = 30_000;

/** A view that is open, and becomes a picture when it has been so for long enough. */
export interface OpenView {
  readonly page: Page;
  /** Resolves to a PNG of the window, and closes the view. */
  take(): Promise<Buffer>;
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

/** Opens a view as a visitor with a clean browser. @throws when it does not show what it should */
export async function openView(
  browser: Browser,
  shot: Shot,
  look: Look,
  things: Things,
): Promise<OpenView> {
  const { width, height, theme, locale } = look;
  const context: BrowserContext = await browser.newContext({
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
    page,
    take: async () => {
      await page.waitForTimeout(Math.max(0, openedMs + (shot.openMs ?? 0) - performance.now()));
      const picture = await page.screenshot();
      await context.close();
      return picture;
    },
  };
}
