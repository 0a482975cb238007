import type { PoolClient } from 'pg';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';

const add = query('changes/add-pseudonyms');
const find = query<{ pseudonym: string }>('changes/pseudonyms');

/**
 * The names that stand for shoppers in the changes of a sale. They are random, and each is kept
 * beside its shopper until the shopper is erased: then nothing leads from one to the other.
 * @returns in no order
 */
export async function pseudonymsOf(
  client: PoolClient,
  sale: SaleId,
  shoppers: readonly ShopperId[],
): Promise<string[]> {
  await run(client, add, [sale, shoppers]);
  return (await rows(client, find, [sale, shoppers])).map(({ pseudonym }) => pseudonym);
}
