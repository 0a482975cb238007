import { readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** An outbox entry in an append-only file. */
export interface LoggedEntry {
  readonly cell: number;
  readonly epoch: number;
  readonly seq: number;
}

export interface Cut {
  readonly fileBytes: number;
  readonly atByte: number;
  /** The outbox entries that went, the oldest first. */
  readonly gone: readonly LoggedEntry[];
}

/** The least number of entries that go. */
const GONE_LEAST = 2;
/** `XADD {sale.cell}:epoch:outbox epoch-seq`, as Redis writes commands to the file. */
const ENTRY =
  /\$4\r\nxadd\r\n\$\d+\r\n\{[^}\r\n]+\.(\d+)\}:\d+:outbox\r\n\$\d+\r\n(\d+)-(\d+)\r\n/gi;

/** The file that a Redis appends its commands to at present. */
function logFile(dataFolder: string): string {
  const folder = join(dataFolder, 'appendonlydir');
  const files = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
  const number = (name: string) => Number(name.split('.').at(-3));
  return join(folder, files.toSorted((a, b) => number(a) - number(b)).at(-1)!);
}

/** The length of the append-only file of a Redis, in bytes. */
export const logBytes = (dataFolder: string): number => statSync(logFile(dataFolder)).size;

/**
 * Cuts the append-only file of a dead Redis at a random byte behind `fromByte`, so that at least
 * two outbox entries go.
 * @param random a number in 0..1
 * @returns null, and cuts nothing, when the file holds fewer entries behind `fromByte`
 */
export function cutLogTail(dataFolder: string, fromByte: number, random: number): Cut | null {
  const file = logFile(dataFolder);
  const bytes = readFileSync(file);
  const tail = bytes.toString('latin1', fromByte);
  const entries = [...tail.matchAll(ENTRY)].map(({ index, 1: cell, 2: epoch, 3: seq }) => {
    return { at: index, cell: Number(cell), epoch: Number(epoch), seq: Number(seq) };
  });
  if (entries.length < GONE_LEAST) return null;
  const most = entries.at(-GONE_LEAST)!.at;
  const at = Math.round(random * most);
  truncateSync(file, fromByte + at);
  const gone = entries.filter((entry) => entry.at >= at).map(({ at: _, ...entry }) => entry);
  return { fileBytes: bytes.length, atByte: fromByte + at, gone };
}
