import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findPostgres } from './postgres.mjs';
import { findRedis } from './redis.mjs';

const advice = {
  redis: 'No Redis: install redis-server 7 or newer, or start a Docker engine',
  postgres: 'No Postgres: install Postgres 15 or newer, or start a Docker engine',
};

/** Writes down which Redis and Postgres are ours to start, and says where they come from. */
export async function ensureServers(root) {
  const file = join(root, '.doorbuster/servers.json');
  const known = read(file);
  const redis = isThere(known.redis?.command) ? known.redis : await findRedis();
  const postgres = isThere(binary(known.postgres)) ? known.postgres : await findPostgres();
  if (!redis) throw new Error(advice.redis);
  if (!postgres) throw new Error(advice.postgres);
  if (redis !== known.redis || postgres !== known.postgres) await save(file, { redis, postgres });
  return [redis.from, postgres.from];
}

function isThere(path) {
  return path !== undefined && existsSync(path);
}

function binary(postgres) {
  return postgres?.bin && join(postgres.bin, 'postgres');
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

async function save(file, servers) {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(servers, null, 2)}\n`);
  await rename(draft, file);
}
