import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { createPool } from '../../src/platform/postgres.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import type { BenchServers } from './servers.ts';

const GIB = 2 ** 30;

/** The machine and versions that gave the figures. Without them the figures mean nothing. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  readonly redis: string;
  readonly postgres: string;
}

export async function machineOf({ redis, postgres }: BenchServers): Promise<MachineFacts> {
  const connection = createRedis(redis.url, { kind: 'steady', onError: () => {} });
  const pool = createPool(postgres.url, { max: 1, statementMs: 60_000, onError: () => {} });
  try {
    await whenReady(connection);
    const info = await connection.info('server');
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    return {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGib: Math.round((totalmem() / GIB) * 10) / 10,
      node: process.version,
      redis: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown',
      postgres: rows[0]!.server_version.split(' ')[0]!,
    };
  } finally {
    connection.disconnect();
    await pool.end();
  }
}

/** The commit of the working copy, followed by `+` if files differ from it; `none` outside git. */
export function commitOfWorkingCopy(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
  try {
    const commit = git('rev-parse', '--short', 'HEAD').trim();
    return git('status', '--porcelain') === '' ? commit : `${commit}+`;
  } catch {
    return 'none';
  }
}
