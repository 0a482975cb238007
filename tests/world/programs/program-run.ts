import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { root } from '../servers/command.ts';
import type { Outcome } from '../servers/command.ts';
import { until } from '../servers/wait-until.ts';

const SAID_WITHIN_MS = 40_000;

/** A program of ours under way, and what it has said so far. */
export class ProgramRun {
  readonly ended: Promise<Outcome>;
  readonly #child: ChildProcess;
  #out = '';
  #err = '';

  /**
   * @param words the file of the program, and its arguments
   * @param folder the working copy to run in; default: the repository
   */
  constructor(words: readonly string[], env: Readonly<Record<string, string>>, folder = root) {
    this.#child = spawn(process.execPath, words, { cwd: folder, env: { ...process.env, ...env } });
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#err += chunk.toString()));
    this.ended = new Promise((resolve) =>
      this.#child.on('close', (code) => resolve({ code, out: this.#out, err: this.#err })),
    );
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** All lines of its output so far. */
  get log(): string[] {
    return this.#out.split('\n').filter((line) => line !== '');
  }

  /** Waits until its output matches. @returns the match */
  said(words: RegExp, withinMs = SAID_WITHIN_MS): Promise<RegExpExecArray> {
    const describe = `the program says ${words}`;
    return until(
      () => {
        if (this.#hasEnded()) throw new Error(`it has ended: ${this.#out}${this.#err}`);
        return words.exec(this.#out);
      },
      { describe, timeoutMs: withinMs },
    );
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
