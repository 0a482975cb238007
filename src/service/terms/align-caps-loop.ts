import type { Pool } from 'pg';
import type { Directory } from '../../cell/sale-directory.ts';
import { alignAllCaps } from '../../ledger/terms/align-caps.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { InstructionCourier } from '../cells/instruction-courier.ts';

export interface AlignCapsDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly courier: Pick<InstructionCourier, 'push'>;
  /** Aborted: the next run does the rest. */
  readonly signal?: AbortSignal;
  /** Told after each offer and each cell. */
  readonly onProgress?: () => void;
}

const LANES = 8;

/**
 * Aligns what cells hold with the caps, and tells the cells of each sale that it changed. This is
 * one run; a chore of the worker repeats it.
 */
export async function alignCaps(deps: AlignCapsDeps): Promise<void> {
  const { pool, directory, courier, signal, onProgress } = deps;
  const touched = [...(await alignAllCaps(pool, signal, onProgress))];
  const cells = touched.flatMap((sale) => directory.sale(sale)?.cells ?? []);
  await inParallel(cells, LANES, async ({ id }) => {
    await courier.push(id);
    onProgress?.();
  });
}
