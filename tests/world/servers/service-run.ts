import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { root } from './command.ts';
import type { Outcome } from './command.ts';
import { until } from './wait-until.ts';

const SAID_WITHIN_MS = 40_000;

/** A process of the service under way, and what it has said so far. */
export class ServiceRun {
  readonly ended: Promise<Outcome>;
  readonly #child: ChildProcess;
  #out = '';
  #err = '';

  /** @param folder the working copy to run in; default: the repository */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>, folder = root) {
    this.#child = spawn(process.execPath, ['src/process/main.ts', ...args], {
      cwd: folder,
      env: { ...process.env, PORT: '0', ...env },
    });
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#err += chunk.toString()));
    this.ended = new Promise((resolve) =>
      this.#child.on('close', (code) => resolve({ code, out: this.#out, err: this.#err })),
    );
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** All lines of its log so far. */
  get log(): string[] {
    return this.#out.split('\n').filter((line) => line !== '');
  }

  /** Waits until its log matches. @returns the match */
  said(words: RegExp): Promise<RegExpExecArray> {
    const describe = `the service says ${words}`;
    return until(
      () => {
        if (this.#hasEnded()) throw new Error(`it has ended: ${this.#out}${this.#err}`);
        return words.exec(this.#out);
      },
      { describe, timeoutMs: SAID_WITHIN_MS },
    );
  }

  /** Waits until it listens. @returns its URL */
  async url(): Promise<string> {
    const [, url] = await this.said(/"url":"([^"]+)","msg":"\w+ listening"/);
    return url!;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it in any state. */
  async discard(): Promise<void> {
    if (!this.#hasEnded()) this.#child.kill('SIGKILL');
    await this.ended;
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
