import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { recordChange } from '../changes/record-change.ts';

/**
 * Records that a person has a cell rebuilt, before the rebuild begins: it takes several
 * transactions, and none of them is the person's alone.
 */
export const recordRebuild = (
  pool: Pool,
  actor: Actor,
  what: 'recover' | 'reopen',
  { id, epoch, state }: { readonly id: CellId; readonly epoch: number; readonly state: string },
): Promise<void> =>
  transaction(pool, (client) =>
    recordChange(client, actor, {
      sale: id.sale,
      subject: `cell:${id.cell}`,
      what,
      owner: null,
      before: { epoch, state },
      after: null,
    }),
  );
