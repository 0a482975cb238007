import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../servers/command.ts';

/** All that the service needs, with the pages if they are built. */
const COPIED = ['src', 'lua', 'sql', 'package.json', '.doorbuster/servers.json', '.doorbuster/web'];

/** A working copy in a folder of its own, so that its service has servers of its own. */
export interface WorkingCopy {
  readonly folder: string;
  remove(): void;
}

export function makeWorkingCopy(): WorkingCopy {
  const folder = mkdtempSync(join(tmpdir(), 'doorbuster-copy-'));
  // Postgres, which refuses to run as root, must reach its folder inside.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, '.doorbuster'));
  for (const path of COPIED.filter((one) => existsSync(join(root, one)))) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
