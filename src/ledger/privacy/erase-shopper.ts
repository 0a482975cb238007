import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { PATIENT, transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';
import { lockSale } from '../sale-row.ts';

/** The rows in which a shopper's id was replaced. */
export interface Erased {
  readonly orders: number;
  readonly claims: number;
  readonly coupons: number;
  readonly balances: number;
}

const takePseudonym = query<{ pseudonym: string }>('privacy/take-pseudonym');
const lockOrders = query('privacy/lock-orders');
const rename = query<Erased>('privacy/rename');
const renameElsewhere = [
  query('privacy/rename-in-grants'),
  query('privacy/rename-in-letters'),
  query('privacy/rename-in-deliveries'),
];
const drop = [query('privacy/drop-instructions'), query('privacy/drop-handed-entries')];

/** The pseudonym that the changes of the sale have, so that books and changes still agree. */
async function pseudonymOf(client: PoolClient, sale: SaleId, shopper: ShopperId): Promise<string> {
  const [taken] = await rows(client, takePseudonym, [sale, shopper]);
  return taken?.pseudonym ?? randomUUID();
}

/**
 * Replaces the id of a shopper by a pseudonym in all that a sale holds. Units and money stay as
 * they are. The change that it records names only the pseudonym.
 * @param sale without keys in Redis, and without a dead letter that nobody can read
 */
export const eraseShopper = (
  pool: Pool,
  sale: SaleId,
  shopper: ShopperId,
  actor: Actor,
): Promise<Erased> =>
  transaction(
    pool,
    async (client) => {
      await lockSale(client, sale);
      await run(client, lockOrders, [sale, shopper]);
      const pseudonym = await pseudonymOf(client, sale, shopper);
      const name = `erased:${pseudonym}`;
      const [erased] = await rows(client, rename, [sale, shopper, name]);
      for (const statement of renameElsewhere) await run(client, statement, [sale, shopper, name]);
      for (const statement of drop) await run(client, statement, [sale]);
      await recordChange(client, actor, {
        sale,
        subject: `shopper:${pseudonym}`,
        what: 'erase',
        owner: null,
        before: null,
        after: erased!,
      });
      return erased!;
    },
    PATIENT,
  );
