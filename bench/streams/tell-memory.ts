/**
 * Loaded into an api by `--expose-gc --import tell-memory.ts?file=…`. At SIGURG it collects all
 * garbage and writes the memory in use to that file. Other signals would end the api.
 */
import { renameSync, writeFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file')!;

process.on('SIGURG', () => {
  // The first collection runs finalizers, which free more.
  globalThis.gc!();
  globalThis.gc!();
  writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()), { mode: 0o600 });
  renameSync(`${file}.new`, file);
});
