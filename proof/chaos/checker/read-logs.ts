import { existsSync, readFileSync } from 'node:fs';

/** What the logs of the processes say, all together. */
export interface LogFacts {
  /** Orders that error lines call lost or buried. */
  readonly goneOrders: number;
  /** Error lines that say that the service has a bug, with the name of the process. */
  readonly bugs: readonly string[];
}

interface Line {
  readonly level?: number;
  readonly msg?: string;
  readonly orders?: number;
  readonly buried?: number;
  readonly err?: { readonly message?: string; readonly stack?: string };
}

const ERROR = 50;
const LOST = 'acknowledged orders are lost';
const BURIED = 'dead letters: an operator has to act';
const BUG = 'fault';

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  const texts = readFileSync(file, 'utf8').split('\n');
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as Line];
    } catch {
      // Node itself writes lines that are not JSON, and a kill cuts the last one.
      return [];
    }
  });
}

/** @param logs name of the process and its file */
export function readLogs(
  logs: readonly { readonly process: string; readonly file: string }[],
): LogFacts {
  const all = logs.flatMap(({ process, file }) => linesOf(file).map((line) => ({ process, line })));
  const errors = all.filter(({ line: { level = 0 } }) => level >= ERROR);
  const gone = errors.filter(({ line: { msg = '' } }) => msg === LOST || msg === BURIED);
  const bugs = errors.filter(({ line }) => line.msg === BUG);
  return {
    goneOrders: gone.reduce((sum, { line }) => sum + (line.orders ?? line.buried ?? 0), 0),
    bugs: bugs.map(({ process, line }) => `${process}: ${line.err?.message ?? BUG}`),
  };
}
