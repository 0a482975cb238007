import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
// @ts-expect-error The bootstrap is plain JavaScript: it runs before anything is installed.
import { findBrowser } from '../../scripts/bootstrap/browser.mjs';

const NO_BROWSER =
  'no Chromium: install the one of your distribution, or set CHROMIUM_PATH to its program';

/** Chromium has a sandbox of its own, which root may not use. */
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Launches the Chromium of the machine. @throws when there is none */
export async function launchBrowser(): Promise<Browser> {
  const executablePath: unknown = findBrowser();
  if (typeof executablePath !== 'string') throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: [...flags, '--disable-dev-shm-usage'] });
}
