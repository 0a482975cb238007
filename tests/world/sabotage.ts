import type { Redis } from 'ioredis';
import { cellName } from '../../src/domain/ids.ts';
import { callScript, loadScript, scriptText } from '../../src/platform/script.ts';
import type { Reply, Script, Value } from '../../src/platform/script.ts';
import type { OpenCell } from './cell.ts';

/** What a call of Redis says that was made to fail. */
export const SABOTAGE = 'SABOTAGE';

/** Stands before a script: names its calls, and fails the one that the last argument numbers. */
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

/** The same script, but answering with its calls as well as its reply. */
function sabotaged(text: string): string {
  const [flags, ...lines] = text.split('\n');
  return [flags, before, ...lines, after].join('\n');
}

export interface Sabotaged<Result> {
  /** Every command the script called, in order. */
  readonly calls: readonly string[];
  readonly reply: Result;
}

/**
 * Runs a script of a cell so that one of its calls to Redis fails.
 * @param failsAt the number of the call, from 1; 0: none
 * @throws an error that begins with SABOTAGE, unless the script caught it
 */
export async function runSabotaged<Key extends keyof OpenCell['keys'], Arg extends string, Result>(
  cell: OpenCell,
  script: Script<Key, Arg, Result>,
  args: Readonly<Record<Arg, Value>>,
  failsAt: number,
): Promise<Sabotaged<Result>> {
  const { redis, id, epoch, keys } = cell;
  const text = sabotaged(scriptText(script, { CELL: cellName(id), EPOCH: epoch }));
  const decode = ([calls, reply]: readonly Reply[]): Sabotaged<Result> => ({
    calls: calls as readonly string[],
    reply: script.decode(reply as readonly Reply[]),
  });
  const sha = await loadScript(redis, text);
  return callScript(redis, { ...script, decode }, sha, keys, args, [failsAt]);
}

/** True for a command that Redis itself knows as a write. */
export async function isWrite(redis: Redis, command: string): Promise<boolean> {
  const [known] = (await redis.call('COMMAND', 'INFO', command)) as [unknown, unknown, string[]][];
  return known![2].includes('write');
}
