import type { CellShas } from '../../domain/cells/cell-record.ts';
import { cellName } from '../../domain/ids.ts';
import { loadScript, scriptText } from '../../platform/script.ts';
import type { AnyScript } from '../../platform/script.ts';
import type { CellEpoch } from '../cell-address.ts';
import { checkout } from '../selling/checkout.ts';
import { claim } from '../selling/claim.ts';
import { lookup } from '../selling/lookup.ts';
import { RETURNING_MS } from '../selling/sold-out-memory.ts';
import { purchase } from '../selling/purchase.ts';
import { wallets } from '../selling/wallets.ts';
import { headChannel } from './head-channel.ts';
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

/** What each script's text says about its cell, so that it serves no other. */
export const cellConstants = ({ id, epoch, steady }: CellEpoch) => ({
  CELL: cellName(id),
  EPOCH: epoch,
  RETURNING_MS,
  HEADS: headChannel(steady.options.db ?? 0),
});

/** Loads one script for a cell and epoch. */
export const loadCellScript = (cell: CellEpoch, script: AnyScript) =>
  loadScript(cell.steady, scriptText(script, cellConstants(cell)));

/** Loads the scripts of an opened epoch; the SHAs go into the ledger. */
export async function loadCellScripts(cell: CellEpoch): Promise<CellShas> {
  const names = Object.keys(cellScripts) as (keyof typeof cellScripts)[];
  const shas = await Promise.all(names.map((name) => loadCellScript(cell, cellScripts[name])));
  return Object.fromEntries(names.map((name, i) => [name, shas[i]])) as CellShas;
}
