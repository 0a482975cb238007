import { readFileSync } from 'node:fs';
import type { Standstill } from '../checker/answer-faults.ts';
import type { MemorySample } from '../checker/growth.ts';

/** A process of the service; its pid changes when it is started again. */
export interface Watched {
  readonly name: string;
  readonly url: string;
  readonly pid: () => number;
}

const EVERY_MS = 100;
/** A sample of the memory is kept this often. */
const MEMORY_EVERY_MS = 500;
/** Samples that come this late say that the clients themselves could not run. */
const LATE_MS = 150;
const BYTES_A_KIB = 1024;

/** The state and the resident memory of a process; null when it is gone. */
function look(pid: number): { isStopped: boolean; bytes: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kib = /^VmRSS:\s+(\d+)/m.exec(text)?.[1];
    const state = /^State:\s+(\w)/m.exec(text)?.[1];
    return kib === undefined
      ? null
      : { isStopped: state === 'T', bytes: Number(kib) * BYTES_A_KIB };
  } catch {
    return null;
  }
}

/** Watches which processes stand still, when the clients do, and how much memory each takes. */
export class ProcessWatch {
  readonly standstills: Standstill[] = [];
  readonly memory: MemorySample[] = [];
  readonly #watched: readonly Watched[];
  readonly #timer: NodeJS.Timeout;
  #lastMs = Date.now();
  #memoryMs = 0;

  constructor(watched: readonly Watched[]) {
    this.#watched = watched;
    this.#timer = setInterval(() => this.#sample(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const nowMs = Date.now();
    const fromMs = this.#lastMs;
    if (nowMs - fromMs > EVERY_MS + LATE_MS) {
      this.standstills.push({ origin: null, fromMs: fromMs + EVERY_MS, toMs: nowMs });
    }
    const isDue = nowMs - this.#memoryMs >= MEMORY_EVERY_MS;
    if (isDue) this.#memoryMs = nowMs;
    for (const { name, url, pid: pidOf } of this.#watched) {
      const pid = pidOf();
      const seen = look(pid);
      if (!seen) continue;
      if (seen.isStopped) this.standstills.push({ origin: url, fromMs, toMs: nowMs });
      if (isDue) this.memory.push({ pid, process: name, atMs: nowMs, bytes: seen.bytes });
    }
    this.#lastMs = nowMs;
  }
}
