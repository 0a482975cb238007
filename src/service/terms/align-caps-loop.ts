import type { Pool } from 'pg';
import type { Directory } from '../../cell/directory.ts';
import { alignAllCaps } from '../../ledger/terms/align-caps.ts';
import { inLanes } from '../../platform/lanes.ts';
import type { Courier } from '../cells/instruction-courier.ts';

export interface AlignCapsDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly courier: Pick<Courier, 'push'>;
}

const LANES = 8;

/** Aligns what cells were given with the caps, and tells the cells of each sale that it touched. */
export async function alignCaps({ pool, directory, courier }: AlignCapsDeps): Promise<void> {
  const touched = [...(await alignAllCaps(pool))];
  const cells = touched.flatMap((sale) => directory.sale(sale)?.cells ?? []);
  await inLanes(cells, LANES, ({ id }) => courier.push(id));
}
