import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAway } from './is-away.ts';
import type { RedisCommands, Value } from './redis.ts';

const LUA_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'lua');
const INCLUDE = /^--@include (\S+)\n/gm;

/** A word of a reply or a value next to it: Redis answers strings, integers and lists. */
export type Reply = string | number | Buffer | null | readonly Reply[];

/** A script's one declaration: its Lua names and its TypeScript types both come from here. */
export interface ScriptShape<Key extends string, Arg extends string, Result> {
  readonly keys: readonly Key[];
  readonly args: readonly Arg[];
  /** Flags of the `#!lua` line, e.g. `allow-oom`. */
  readonly flags?: string;
  /** Bulk strings arrive as Buffer when true. */
  readonly isBinary?: boolean;
  /** @param reply begins with a word */
  readonly decode: (reply: readonly Reply[]) => Result;
}

export interface Script<Key extends string, Arg extends string, Result> extends ScriptShape<
  Key,
  Arg,
  Result
> {
  readonly name: string;
  /** The source after includes, without the constants. */
  readonly source: string;
}

export type AnyScript = Script<string, string, unknown>;

const sourceOf = (file: string): string => readFileSync(join(LUA_ROOT, `${file}.lua`), 'utf8');

/**
 * A library as the table of its name. In a function of its own its locals are nobody else's, and
 * are not searched through for every closure that the script makes afterwards.
 */
const library = (file: string, text: string): string =>
  `local ${basename(file)} = (function()\n${text}\nreturn ${basename(file)}\nend)()\n`;

/** Libraries a file names, each once, those they need themselves before them; they only define. */
function libraries(text: string, seen: Set<string>): string {
  return [...text.matchAll(INCLUDE)]
    .map(([, file]) => {
      if (seen.has(file!)) return '';
      seen.add(file!);
      const source = sourceOf(file!);
      return libraries(source, seen) + library(file!, source.replaceAll(INCLUDE, ''));
    })
    .join('');
}

const table = (name: string, from: string, names: readonly string[]): string =>
  `local ${name} = { ${names.map((n, i) => `${n} = ${from}[${i + 1}]`).join(', ')} }`;

/** A script begins with its libraries, even when it names them further down. */
const expand = (text: string): string => libraries(text, new Set()) + text.replaceAll(INCLUDE, '');

/** @throws when a source or an included library is missing */
export function defineScript<const Key extends string, const Arg extends string, Result>(
  name: string,
  shape: ScriptShape<Key, Arg, Result>,
): Script<Key, Arg, Result> {
  const names = `${table('keys', 'KEYS', shape.keys)}\n${table('args', 'ARGV', shape.args)}\n`;
  return { ...shape, name, source: names + expand(sourceOf(name)) };
}

/**
 * The text Redis loads: constants first, so that the text, and with it the SHA, is of one cell and
 * epoch only. `#!lua` makes Redis check declared keys and memory before the script runs.
 */
export function scriptText(script: AnyScript, constants: Record<string, string | number>): string {
  const flags = script.flags ? ` flags=${script.flags}` : '';
  const lines = Object.entries(constants).map(
    ([name, value]) => `local ${name} = ${JSON.stringify(value)}`,
  );
  return `#!lua${flags}\n${lines.join('\n')}\n${script.source}`;
}

/** @returns the SHA under which Redis knows the text until it restarts or flushes its scripts */
export async function loadScript(redis: RedisCommands, text: string): Promise<string> {
  return (await redis.script('LOAD', text)) as string;
}

/**
 * One bare EVALSHA: NOSCRIPT is an answer here (the server is not the one the script was loaded
 * into), so nothing reloads it silently.
 * @param rest arguments after the named ones, for a script that takes a list
 */
export async function callScript<Key extends string, Arg extends string, Result>(
  redis: RedisCommands,
  script: Script<Key, Arg, Result>,
  sha: string,
  keys: Readonly<Record<Key, string>>,
  args: Readonly<Record<Arg, Value>>,
  rest: readonly Value[] = [],
): Promise<Result> {
  const words = [
    sha,
    script.keys.length,
    ...script.keys.map((name) => keys[name]),
    ...script.args.map((name) => args[name]),
    ...rest,
  ];
  const reply = script.isBinary
    ? await redis.callBuffer('EVALSHA', ...words)
    : await redis.call('EVALSHA', ...words);
  return script.decode(reply as readonly Reply[]);
}

const RAISED = / script: [0-9a-f]{40}, on @user_script:\d+/;

/**
 * True when a script raised, or a command that it called did: a key is of another type, or a value
 * has a wrong shape. Redis also refuses commands of a script while it cannot write: an outage.
 */
export const isScriptError = (error: unknown): error is Error =>
  error instanceof Error && RAISED.test(error.message) && !isAway(error);

/** True when the server does not know the script: it restarted, or another was promoted. */
export const isNoScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');
