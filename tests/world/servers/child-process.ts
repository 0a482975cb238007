import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './wait-until.ts';

/** A message of a child process of tests/world/children, one JSON line. */
export interface Said {
  readonly ready?: true;
  readonly stopped?: true;
  /** The outcome of a task. */
  readonly outcome?: unknown;
  readonly failed?: string;
}

const CHILDREN = join(import.meta.dirname, '..', 'children');

/** A child process of tests/world/children that tests instruct in JSON lines, wake and kill. */
export class Actor {
  readonly #child: ChildProcess;
  readonly #said: Said[] = [];
  #heard = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => this.#said.push(JSON.parse(line) as Said));
  }

  /** Starts the process and waits until it is ready. */
  static async start(file: string, setting: unknown): Promise<Actor> {
    const args = [join(CHILDREN, file), JSON.stringify(setting)];
    const actor = new Actor(spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await actor.next();
    return actor;
  }

  tell(task: unknown): void {
    this.#child.stdin!.write(`${JSON.stringify(task)}\n`);
  }

  /** The next message of the process. */
  next(): Promise<Said> {
    return until(
      () => {
        if (this.#hasEnded() && this.#heard === this.#said.length) {
          return { failed: 'it has ended' };
        }
        const said = this.#said[this.#heard];
        if (said) this.#heard++;
        return said ?? null;
      },
      { describe: 'the child says something', timeoutMs: 20_000 },
    );
  }

  wake(): void {
    this.#child.kill('SIGCONT');
  }

  /** Resolves when the process has died, by itself or by a signal. */
  async death(): Promise<void> {
    if (!this.#hasEnded()) await once(this.#child, 'exit');
  }

  /** Ends the process in any state, even when it is stopped. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.death();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
