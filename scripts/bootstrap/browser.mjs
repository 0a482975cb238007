import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ask, run, say, withProgress } from './shell.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
/** The fonts draw Chinese; the distribution's Chromium brings none. */
const packages = ['chromium', 'fonts-noto-cjk'];

/** The Chromium that tests of pages drive, or `undefined`. */
export function findBrowser({ PATH = '', CHROMIUM_PATH } = process.env) {
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const folders = PATH.split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/**
 * Installs Chromium from the distribution when there is none, if that is in our power. Without it
 * the tests of pages fail and say so.
 */
export async function ensureBrowser() {
  if (!findBrowser() || !(await drawsChinese())) await install();
  const found = findBrowser();
  return found ? [`Chromium from ${found}`] : ['no Chromium: the tests of pages will fail'];
}

/** Whether a font has Chinese characters. Without the tool that lists fonts, one may. */
async function drawsChinese() {
  return (await ask('fc-list', [':lang=zh'])) !== '';
}

async function install() {
  if (process.getuid?.() !== 0 || !(await ask('apt-get', ['--version']))) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await withProgress('installing Chromium', async () => {
      await run('apt-get', ['update'], { env });
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
    });
  } catch (error) {
    say(`Chromium could not be installed: ${error.message}`);
  }
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
