import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { cellName } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { createPool } from '../../platform/postgres.ts';
import { systemTime } from '../../platform/time.ts';
import { commandEnvironment } from '../own-or-external-servers.ts';
import type { Environment } from '../own-or-external-servers.ts';
import { reachPostgres, reachServers } from '../reach/reach-servers.ts';
import type { ReachOptions } from '../reach/reach-servers.ts';
import { SILENT } from '../wiring/observer.ts';
import type { Observer } from '../wiring/observer.ts';
import { wireCore } from '../wiring/wire-core.ts';
import type { Core } from '../wiring/wire-core.ts';
import { describeLoss } from './describe-loss.ts';

/** How long a command waits for the servers. */
const COMMAND_WAITS_MS = 5_000;

/** How a command reaches its servers. */
export const PATIENCE: ReachOptions = { withinMs: COMMAND_WAITS_MS, onWaiting: note };

/** Prints what a command finds to be lost or damaged; its own outcome says everything else. */
const OBSERVER: Observer = {
  ...SILENT,
  onCorrupt: (cell, found) =>
    note(`${cellName(cell)}: damaged in Redis: ${found}. It is rebuilt from the ledger`),
  onSettled: (_, buried) => {
    if (buried > 0) note(`${buried} dead letters are new: ./doorbuster dead-letters list`);
  },
  onLoss: (cell, loss) => {
    const { lost, missing } = describeLoss(cellName(cell), loss);
    for (const line of missing) note(line);
    if (lost.length > 0) fail(lost);
  },
};

/** Connects a command to the servers, and disconnects when it ends or fails. */
export async function withCore<T>(work: (core: Core, env: Environment) => Promise<T>): Promise<T> {
  const env = commandEnvironment();
  const options = {
    redisUrl: env.redisUrl,
    databaseUrl: env.databaseUrl,
    backlogLimit: env.config.backlogLimit,
    allowUnsafeRedis: env.config.allowUnsafeRedis,
    provider: env.provider,
    observer: OBSERVER,
    time: systemTime,
  };
  await reachServers(env, PATIENCE);
  const core = await wireCore(options, null);
  try {
    return await work(core, env);
  } finally {
    await core.close();
  }
}

/** Connects a command that needs no Redis to the ledger. */
export async function withLedger(work: (pool: Pool) => Promise<void>): Promise<void> {
  const env = commandEnvironment();
  await reachPostgres(env, PATIENCE);
  const pool = createPool(env.databaseUrl, { onError: () => {} });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

/** Some containers run as a user who has no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** The words of a command without the name of the program, e.g. `sale apply`. */
function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${wordsOf(parent)} ${command.name()}` : command.name();
}

/** The person at the command line may do all that an operator may. */
export function cliActor(command: Command): Actor {
  const { reason = null } = command.optsWithGlobals<{ reason?: string }>();
  const route = wordsOf(command);
  const requestId = `cli-${randomUUID()}`;
  return { sub: `cli:${osUser()}`, role: 'operator', store: null, route, requestId, reason };
}

/** A reader such as `head` may stop early. The command does its work to the end all the same. */
export function allowClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Prints one line of the answer to standard output, which can be piped. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints one line for people to standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints faults, one per line, and sets the exit code of a command that failed. */
export function fail(lines: readonly string[]): void {
  for (const line of lines) note(line);
  process.exitCode = 1;
}

/** The style of tables: without colours, for they are often piped. */
export const PLAIN = { head: [], border: [] };
