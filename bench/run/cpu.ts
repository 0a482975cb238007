import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childrenOf } from '../../src/platform/embedded/processes.ts';

/**
 * Counted after the command's name, where state is 0: utime 11, stime 12, and those of children
 * that have ended 13 and 14.
 */
const CPU_FIELDS = [11, 12, 13, 14];
const MICROS = 1e6;
const CPU_LINE_BYTES = 200;

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

function ticksOf(pid: number): number {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // The process ended after it was listed. Its parent's figures include its ticks.
    return 0;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return CPU_FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0);
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/**
 * CPU that a server has used so far, in µs, as the operating system counts it: user and system time
 * of its whole process tree, including children that have ended. Exact to a clock tick, mostly
 * 10 ms.
 */
export function cpuMicros(pid: number): number {
  const ticks = treeOf(pid).reduce((sum, member) => sum + ticksOf(member), 0);
  return (ticks * MICROS) / ticksPerSecond;
}

/** CPU that the whole machine has used so far, in µs: user, nice, system and interrupts. */
export function machineMicros(): number {
  const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .slice(0, CPU_LINE_BYTES)
    .split(/\s+/)
    .map(Number);
  return ((user! + nice! + system! + irq! + softirq!) * MICROS) / ticksPerSecond;
}

/** CPU that each process has used so far, in µs by name. `cpuBetween` subtracts two of these. */
export function cpuOf(pids: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMicros(pid)]));
}

export function cpuBetween(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, micros]) => [name, micros - (before[name] ?? 0)]),
  );
}
