import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../proof/fleet/until.ts';
import type { Harness } from '../over-http/harness.ts';

const TELL_MEMORY = pathToFileURL(join(import.meta.dirname, 'tell-memory.ts'));
const TOLD_WITHIN_MS = 20_000;

/** Memory of a process after a collection of garbage, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  /** Of buffers, and of native objects that belong to objects of the heap. */
  readonly external: number;
}

const fileIn = ({ servers }: Harness): string => join(servers.folder, 'api-memory.json');

/** Starts the api again, so that it tells its memory when asked. */
export async function restartToTellMemory(harness: Harness): Promise<void> {
  const url = new URL(TELL_MEMORY);
  url.searchParams.set('file', fileIn(harness));
  await harness.api.stop();
  await harness.api.restart(['--expose-gc', '--import', url.href]);
}

/** @throws when the api does not tell its memory in time */
export async function memoryOfApi(harness: Harness): Promise<Memory> {
  const file = fileIn(harness);
  rmSync(file, { force: true });
  process.kill(harness.api.pid, 'SIGURG');
  let told = '';
  await until('the api tells its memory', TOLD_WITHIN_MS, async () => {
    told = readFileSync(file, 'utf8');
    return true;
  });
  return JSON.parse(told) as Memory;
}
