import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The programs to run. `from` describes one for people: `Redis 7.0.15 from /usr/bin`. */
export interface ServerPrograms {
  readonly redis: ({ readonly command: string } | Image) & { readonly from: string };
  /** `bin` is the folder with `postgres` and `initdb`. */
  readonly postgres: ({ readonly bin: string } | Image) & { readonly from: string };
}

/** An image for a Docker engine, the last resort when no program was found or fetched. */
export interface Image {
  readonly image: string;
}

const file = join(import.meta.dirname, '../../../.doorbuster/servers.json');

/** Reads what the bootstrap found or fetched. @throws when it has not run */
export function readServerPrograms(): ServerPrograms {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerPrograms;
  } catch (cause) {
    throw new Error('No Redis and Postgres yet: run `node scripts/bootstrap.mjs`', { cause });
  }
}
