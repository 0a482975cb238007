import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoServers } from '../demo-servers.ts';

/** How many acknowledged orders the service itself calls lost, by where it says so. */
export interface SaidLosses {
  /** Lines of the log, of all processes. */
  readonly log: number;
  /** `doorbuster_acknowledged_lost_total`, summed over all processes. */
  readonly metrics: number;
  /** Rows of the audit. */
  readonly audit: number;
}

const ERROR = 50;
const LINE = 'acknowledged orders are lost';
const METRIC = /^doorbuster_acknowledged_lost_total(?:\{[^}]*\})? (\d+)$/m;
const ROW = /^lost (\d+) acknowledged/;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

interface LogLine {
  readonly level?: number;
  readonly msg?: string;
  readonly orders?: number | null;
}

/** A line of another program, such as Node itself, is not JSON. */
function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}

function lostInLogs(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const told = lines.map(parseLine).filter(({ level, msg }) => level === ERROR && msg === LINE);
  return sum(told.map(({ orders }) => orders ?? 0));
}

async function lostInMetrics(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(METRIC.exec(text)?.[1] ?? 0);
}

/** Orders that a row of the audit calls lost; null for a row about something else. */
export function lostInRow(row: unknown): number | null {
  const { promise, detail } = row as { promise: string; detail: string };
  const said = promise === 'P2' ? ROW.exec(detail) : null;
  return said && Number(said[1]);
}

/** Reads log, metrics and audit. */
export async function saidLosses(
  { folder, apis, worker }: DemoServers,
  brokenPromises: readonly unknown[],
): Promise<SaidLosses> {
  const metrics = await Promise.all([...apis, worker].map(({ url }) => lostInMetrics(url)));
  return {
    log: lostInLogs(folder),
    metrics: sum(metrics),
    audit: sum(brokenPromises.map((row) => lostInRow(row) ?? 0)),
  };
}
