import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from '../../../proof/browser/launch-browser.ts';

/** The browser of a test file: launched before its tests, closed after them. */
export function withBrowser(take: (browser: Browser) => void): void {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
    take(browser);
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/** The file that checks a page for what people with disabilities meet. */
export const AXE_FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
