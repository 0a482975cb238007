import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
// @ts-expect-error The bootstrap is plain JavaScript: it runs before anything is installed.
import { findBrowser } from '../../../scripts/bootstrap/browser.mjs';

const NO_BROWSER =
  'no Chromium: install the one of your distribution, or set CHROMIUM_PATH to its program';

/** Chromium has a sandbox of its own, which root may not use. */
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

async function launch(): Promise<Browser> {
  const executablePath: unknown = findBrowser();
  if (typeof executablePath !== 'string') throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: [...flags, '--disable-dev-shm-usage'] });
}

/** The browser of a test file: launched before its tests, closed after them. */
export function withBrowser(take: (browser: Browser) => void): void {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launch();
    take(browser);
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/** The file that checks a page for what people with disabilities meet. */
export const AXE_FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
