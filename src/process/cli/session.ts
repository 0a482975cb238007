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
import { outputOf } from './output.ts';
import type { Output } from './output.ts';

/** How long a command waits for the servers. */
const COMMAND_WAITS_MS = 5_000;

/** How a command reaches its servers. */
export const patience = (out: Output): ReachOptions => ({
  withinMs: COMMAND_WAITS_MS,
  onWaiting: (line) => out.note(line),
});

/** Prints what a command finds to be lost or damaged; its own outcome says everything else. */
const observer = (out: Output): Observer => ({
  ...SILENT,
  onCorrupt: (cell, found) =>
    out.note(`${cellName(cell)}: damaged in Redis: ${found}. It is rebuilt from the ledger`),
  onSettled: (_, buried) => {
    if (buried > 0) out.note(`${buried} dead letters are new: ./doorbuster dead-letters list`);
  },
  onLoss: (cell, loss) => {
    const { lost, missing } = describeLoss(cellName(cell), loss);
    for (const line of missing) out.note(line);
    if (lost.length > 0) out.fail(lost);
  },
});

/** A command at work. */
export interface Session {
  readonly core: Core;
  readonly env: Environment;
  readonly out: Output;
  /** The person at the command line. */
  readonly actor: Actor;
}

/** Connects a command to the servers, and disconnects when it ends or fails. */
export async function withCore(
  command: Command,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const out = outputOf(command);
  const env = commandEnvironment();
  const options = {
    redisUrl: env.redisUrl,
    databaseUrl: env.databaseUrl,
    backlogLimit: env.config.backlogLimit,
    allowUnsafeRedis: env.config.allowUnsafeRedis,
    provider: env.provider,
    observer: observer(out),
    time: systemTime,
  };
  await reachServers(env, patience(out));
  const core = await wireCore(options, null);
  const actor = cliActor(command);
  try {
    await out.during(actor.route, () => work({ core, env, out, actor }));
  } finally {
    await core.close();
  }
}

/** A command that needs no Redis, at work. */
export interface LedgerSession extends Pick<Session, 'out' | 'actor'> {
  readonly pool: Pool;
}

/** Connects a command that needs no Redis to the ledger. */
export async function withLedger(
  command: Command,
  work: (session: LedgerSession) => Promise<void>,
): Promise<void> {
  const out = outputOf(command);
  const env = commandEnvironment();
  await reachPostgres(env, patience(out));
  const pool = createPool(env.databaseUrl, { onError: () => {} });
  const actor = cliActor(command);
  try {
    await out.during(actor.route, () => work({ pool, out, actor }));
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

/** Ends a command that is used wrongly, before it did anything: exit code 2. */
export const misuse = (command: Command, faults: readonly string[]): never =>
  command.error(faults.map((fault) => `error: ${fault}`).join('\n'));
