import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1024;
const SAMPLE_MS = 100;

/** The resident memory of a process, in MiB. */
function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))!;
  return Number(kib) / KIB_PER_MIB;
}

/** Resident memory of a process over a span, in MiB. */
export interface MemorySpan {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

/** Samples the memory of a process. @returns what ends the sampling */
export function watchMemory(pid: number): () => MemorySpan {
  const before = residentMib(pid);
  let peak = before;
  const sample = (): number => {
    const now = residentMib(pid);
    peak = Math.max(peak, now);
    return now;
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return { before, after: sample(), peak };
  };
}
