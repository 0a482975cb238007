import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { cellConstants } from '../../../src/cell/cells/script-set.ts';
import { callScript, loadScript, scriptText } from '../../../src/platform/script.ts';
import type { Value } from '../../../src/platform/redis.ts';
import type { Reply, Script } from '../../../src/platform/script.ts';
import type { OpenCell } from '../../../proof/builders/open-cell.ts';

/** The error of a Redis call that was made to fail. */
export const SABOTAGE = 'SABOTAGE';

/** Precedes a script: records its calls and fails the one that the last argument numbers. */
const before = `
local names, fails_at, real = {}, tonumber(table.remove(ARGV)), redis
local redis = setmetatable({
  call = function(name, ...)
    names[#names + 1] = name
    if #names == fails_at then error({ err = '${SABOTAGE} of ' .. name }) end
    return real.call(name, ...)
  end,
}, { __index = real })
local function script()`;

const after = `
end
return { names, script() }`;

/** The same script, which returns its calls together with its reply. */
function sabotaged(text: string): string {
  const [flags, ...lines] = text.split('\n');
  return [flags, before, ...lines, after].join('\n');
}

export interface Sabotaged<Result> {
  /** Every command that the script called, in order. */
  readonly calls: readonly string[];
  readonly reply: Result;
}

/**
 * Runs a script of a cell so that one of its calls to Redis fails.
 * @param failsAt the number of the call, from 1; 0 fails none
 * @throws an error that begins with SABOTAGE, unless the script catches it
 */
export async function runSabotaged<Key extends keyof OpenCell['keys'], Arg extends string, Result>(
  cell: OpenCell,
  script: Script<Key, Arg, Result>,
  args: Readonly<Record<Arg, Value>>,
  failsAt: number,
): Promise<Sabotaged<Result>> {
  const { redis, address, keys } = cell;
  const text = sabotaged(scriptText(script, cellConstants(address)));
  const decode = ([calls, reply]: readonly Reply[]): Sabotaged<Result> => ({
    calls: (calls as readonly Reply[]).map(String),
    reply: script.decode(reply as readonly Reply[]),
  });
  const sha = await loadScript(redis, text);
  return callScript(redis, { ...script, decode }, sha, keys, args, [failsAt]);
}

/** Whether Redis itself classes a command as a write. */
async function isWrite(redis: Redis, command: string): Promise<boolean> {
  const [known] = (await redis.call('COMMAND', 'INFO', command)) as [unknown, unknown, string[]][];
  return known![2].includes('write');
}

/** A way through a script. */
export interface Branch {
  readonly name: string;
  readonly open: () => Promise<OpenCell>;
  readonly run: (cell: OpenCell, failsAt: number) => Promise<Sabotaged<unknown>>;
  readonly answer: unknown;
  /** Its writes, in order; a branch that refuses or repeats has none. */
  readonly writes: readonly string[];
}

/** Fails the numbered call in a fresh cell. @returns whether anything was written before it */
async function failAt({ open, run }: Branch, failsAt: number) {
  const cell = await open();
  const before = await cell.dump();
  const outcome = await run(cell, failsAt).catch((error: Error) => error);
  const isUnwritten = JSON.stringify(await cell.dump()) === JSON.stringify(before);
  return { outcome, isUnwritten };
}

/** Expects a branch’s answer, and all or nothing written when any one of its calls fails. */
export async function expectAllOrNothing(redis: Redis, branch: Branch): Promise<void> {
  const { calls, reply } = await branch.run(await branch.open(), 0);
  expect(reply).toMatchObject(branch.answer as object);
  const areWrites = await Promise.all(calls.map((name) => isWrite(redis, name)));
  const firstWrite = areWrites.includes(true) ? areWrites.indexOf(true) : calls.length;
  expect(calls.slice(firstWrite), 'only writes follow the first').toEqual(branch.writes);
  expect(areWrites.slice(firstWrite)).not.toContain(false);
  for (const [i, name] of calls.entries()) {
    const { outcome, isUnwritten } = await failAt(branch, i + 1);
    const what = `call ${i + 1}, ${name}`;
    expect(outcome, `${what} is a fault, never an outcome`).toBeInstanceOf(Error);
    expect((outcome as Error).message, what).toMatch(new RegExp(`^${SABOTAGE} of ${name}`));
    expect(isUnwritten, `${what} leaves the cell as it was`).toBe(i <= firstWrite);
  }
}
