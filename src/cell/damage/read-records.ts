import type { CellEpoch } from '../cell-address.ts';
import { noneOfAnotherType } from '../cells/outbox.ts';
import { SEAL } from '../keys.ts';

/** What a cell holds of one shopper, packed. */
export interface ShopperRecords {
  readonly shopper: string;
  readonly orders: Buffer | null;
  readonly wallet: Buffer | null;
}

/** Records of some shoppers at one instant, with the last entry and instruction by then. */
export interface RecordsPage {
  readonly seq: number;
  readonly inbox: number;
  readonly records: readonly ShopperRecords[];
}

/** @returns null when the cell is in another epoch, or one of these keys has another type */
export async function readRecords(
  { keys, epoch, steady }: CellEpoch,
  shoppers: readonly string[],
): Promise<RecordsPage | null> {
  const answers = await steady
    .multi()
    .get(keys.fence)
    .hmget(keys.meta, 'seq', 'inbox')
    .hmgetBuffer(keys.shoppers, ...shoppers)
    .hmgetBuffer(keys.wallets, ...shoppers)
    .exec();
  if (!answers || answers.some(([error]) => error)) return null;
  const [fence, meta, orders, wallets] = answers.map(([, answer]) => answer);
  if (fence !== String(epoch)) return null;
  const [seq, inbox] = meta as string[];
  const [ordersOf, walletsOf] = [orders as (Buffer | null)[], wallets as (Buffer | null)[]];
  return {
    seq: Number(seq),
    inbox: Number(inbox),
    records: shoppers.map((shopper, i) => ({
      shopper,
      orders: ordersOf[i]!,
      wallet: walletsOf[i]!,
    })),
  };
}

/** About how many fields Redis looks at in one call. */
const PAGE = 250;

/**
 * Lists the shoppers that have a record, or a wallet, page by page. One that is there all the while
 * is listed at least once.
 */
export async function* shoppersIn(
  { keys, steady }: CellEpoch,
  key: 'shoppers' | 'wallets',
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const page = steady.call('HSCAN', keys[key], cursor, 'COUNT', PAGE).catch(noneOfAnotherType);
    const [next = '0', flat = []] = (await page) as [string, string[]] | [];
    const names = flat.filter((name, i) => i % 2 === 0 && name !== SEAL);
    if (names.length > 0) yield names;
    cursor = next;
  } while (cursor !== '0');
}
