import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until.ts';

/** What a child of tests/children says, one JSON line each. */
export interface Said {
  readonly ready?: true;
  readonly stopped?: true;
  /** What came of a task. */
  readonly outcome?: unknown;
  readonly failed?: string;
}

const CHILDREN = join(import.meta.dirname, '..', 'children');

/** A process of tests/children: spoken to in JSON lines, stopped, woken and killed. */
export class Actor {
  readonly #child: ChildProcess;
  readonly #said: Said[] = [];
  #heard = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => this.#said.push(JSON.parse(line) as Said));
  }

  /** Starts one and waits until it is ready. */
  static async start(file: string, setting: unknown): Promise<Actor> {
    const args = [join(CHILDREN, file), JSON.stringify(setting)];
    const actor = new Actor(spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await actor.next();
    return actor;
  }

  tell(task: unknown): void {
    this.#child.stdin!.write(`${JSON.stringify(task)}\n`);
  }

  /** The next thing it says. */
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

  /** Resolves when it has died, of itself or by others. */
  async death(): Promise<void> {
    if (!this.#hasEnded()) await once(this.#child, 'exit');
  }

  /** Ends it, whatever it is doing, also when it is stopped. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.death();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
