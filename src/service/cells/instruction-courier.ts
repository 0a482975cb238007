import { cellName } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { apart, within } from '../../platform/deadline.ts';
import { bringUpToDate } from './bring-cell-up-to-date.ts';
import type { UpToDateDeps } from './bring-cell-up-to-date.ts';
import type { RecoverOnce } from './recover-once-at-a-time.ts';

const WAIT_MS = 2_000;

export interface InstructionCourierDeps extends UpToDateDeps {
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly onError: (error: Error, cell: string) => void;
}

/**
 * Brings instructions to cells right after their commit, so that freed units are on sale again at
 * once. Calls for a cell that arrive while one is under way share the next one. If one fails, the
 * settler's sweep delivers within a second. A call waits for 2 s at most: a cell that hangs, or is
 * being rebuilt, must not hold up its caller.
 */
export class InstructionCourier {
  readonly #deps: InstructionCourierDeps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(deps: InstructionCourierDeps) {
    this.#deps = deps;
  }

  /** Never rejects. Resolves when instructions committed before it were offered, or after 2 s. */
  push(cell: CellId): Promise<void> {
    return within(WAIT_MS, () => this.#pushInTurn(cell)).catch(() => {});
  }

  #pushInTurn(cell: CellId): Promise<void> {
    const name = cellName(cell);
    const running = this.#running.get(name);
    if (!running) return this.#start(cell, name);
    let next = this.#next.get(name);
    if (!next) {
      next = running.then(() => {
        this.#next.delete(name);
        return this.#start(cell, name);
      });
      this.#next.set(name, next);
    }
    return next;
  }

  #start(cell: CellId, name: string): Promise<void> {
    const run = apart(() => this.#deliver(cell, name)).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  }

  async #deliver(cell: CellId, name: string): Promise<void> {
    const { directory, recoverOnce, onError } = this.#deps;
    try {
      if ((await bringUpToDate(this.#deps, cell)) !== 'displaced') return;
      const address = directory.cell(cell);
      const recovery = address && (await recoverOnce.recover(cell, address));
      // Another process may have opened it meanwhile: then it is told in its new epoch.
      if (recovery && !(recovery instanceof Error)) await bringUpToDate(this.#deps, cell);
    } catch (error) {
      onError(error as Error, name);
    }
  }
}
