import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithUs } from '../../src/platform/embedded/stop-with-parent.ts';
import { endProcess } from '../../src/platform/embedded/processes.ts';
import type { RushEvent, RushPlan, RushProgress, RushReport } from './rush-plan.ts';

const CLIENT = join(import.meta.dirname, 'load-client.ts');
const STOP_MS = 20_000;

interface RushListeners {
  readonly onProgress?: (progress: RushProgress) => void;
  /** The measured span begins: the warm-up is over. */
  readonly onMeasuring?: () => void;
  readonly onMeasured?: () => void;
}

export interface RunningRush {
  readonly pid: number;
  /** @throws with the error output of a client that fails */
  readonly report: Promise<RushReport>;
  /** Holds requests back; resolves when none is under way. @throws when the load ends before */
  pause(): Promise<void>;
  /** Sends what was held back, and goes on. */
  resume(): void;
  /** Ends the load early; the report covers the load until then. */
  stop(): Promise<void>;
}

/** Starts the load client as a process. */
export function startRush(plan: RushPlan, on: RushListeners = {}): RunningRush {
  const planFile = `${plan.journalFile}.plan.json`;
  writeFileSync(planFile, JSON.stringify(plan), { mode: 0o600 });
  const child = spawn(process.execPath, [CLIENT, planFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const forget = endWithUs('kill', '-KILL', String(child.pid));
  // Ignored: a client that has ended is reported by its exit.
  child.stdin.on('error', () => {});
  const tell = (line: string) => void child.stdin.write(`${line}\n`);
  let report: RushReport | null = null;
  let onPaused = () => {};
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as RushEvent;
    if (event.event === 'progress') on.onProgress?.(event.progress);
    if (event.event === 'measuring') on.onMeasuring?.();
    if (event.event === 'measured') on.onMeasured?.();
    if (event.event === 'paused') onPaused();
    if (event.event === 'done') ({ report } = event);
  });
  const ended = new Promise<RushReport>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      forget();
      if (report) resolve(report);
      else reject(new Error(`The load client ended without a report. ${complaints.trim()}`));
    });
  });
  ended.catch(() => {});
  const isPaused = () => new Promise<void>((resolve) => (onPaused = resolve));
  const pause = async () => {
    const paused = isPaused();
    tell('pause');
    const end = ended.then(() => Promise.reject(new Error('The load ended before it paused')));
    await Promise.race([paused, end]);
  };
  return {
    pid: child.pid!,
    report: ended,
    pause,
    resume: () => tell('resume'),
    stop: async () => {
      if (child.exitCode === null) await endProcess(child.pid!, 'SIGTERM', STOP_MS);
    },
  };
}
