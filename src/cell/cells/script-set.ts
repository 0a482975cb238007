import type { CellShas } from '../../domain/cells/cell-record.ts';
import { cellName } from '../../domain/ids.ts';
import { loadScript, scriptText } from '../../platform/script.ts';
import type { AnyScript } from '../../platform/script.ts';
import type { CellEpoch } from '../cell-address.ts';
import { checkout } from '../selling/checkout.ts';
import { claim } from '../selling/claim.ts';
import { lookup } from '../selling/lookup.ts';
import { purchase } from '../selling/purchase.ts';
import { wallets } from '../selling/wallets.ts';
import { instruct } from './inbox.ts';
import { read } from './snapshot.ts';

/** The scripts that every process calls, by the SHAs that the opener wrote into the ledger. */
export const cellScripts = {
  purchase,
  checkout,
  claim,
  instruct,
  read,
  lookup,
  wallets,
} satisfies Record<keyof CellShas, AnyScript>;

/** Loads one script for a cell and epoch. */
export const loadCellScript = ({ id, epoch, steady }: CellEpoch, script: AnyScript) =>
  loadScript(steady, scriptText(script, { CELL: cellName(id), EPOCH: epoch }));

/** Loads the scripts of an opened epoch; the SHAs go into the ledger. */
export async function loadCellScripts(cell: CellEpoch): Promise<CellShas> {
  const names = Object.keys(cellScripts) as (keyof typeof cellScripts)[];
  const shas = await Promise.all(names.map((name) => loadCellScript(cell, cellScripts[name])));
  return Object.fromEntries(names.map((name, i) => [name, shas[i]])) as CellShas;
}
