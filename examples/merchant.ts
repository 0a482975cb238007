/**
 * A merchant's script. It puts an offer on sale, raises its cap, lists the latest orders of the
 * store, and exports all of them as CSV.
 *
 * With a service of your own (`npm start`) running, the sale needs your store as a member:
 *
 *   ./doorbuster sale apply examples/last-call.json
 *   node_modules/.bin/node examples/merchant.ts last-call kiln-and-cup
 */
import { execFileSync } from 'node:child_process';
import {
  answerOf,
  connect,
  exportSellerOrders,
  listSellerOrders,
  patchOffer,
  putOffer,
} from '../client/index.ts';

export interface MerchantOptions {
  /** The origin of the service. */
  readonly url: string;
  readonly sale: string;
  readonly store: string;
  /** Gives a valid token of a merchant of the store. */
  readonly token: () => string;
}

const OFFER = 'milk-jug';

export interface MerchantReport {
  readonly offer: string;
  /** The orders that were paid last, a line each. */
  readonly latest: readonly string[];
  /** All orders of the store, a row for each of their lines. */
  readonly csv: string;
}

/** What the merchant does, from the offer to the export. */
export async function runMerchant(options: MerchantOptions): Promise<MerchantReport> {
  const { url, sale, store, token } = options;
  const client = connect({ url, token });

  const path = { sale, offer: OFFER };
  const terms = { store, title: 'Milk jug, 250 ml', price: 2800, listPrice: 5600, cap: 20 };
  const offer = await answerOf(putOffer({ client, path, body: terms }));

  // More came in. A cap may be cut as well: what is sold above it is a debt.
  const raised = await answerOf(patchOffer({ client, path, body: { cap: 50 } }));

  // A page of orders: ask again with `cursor: next` until `next` is null.
  const query = { state: 'paid', limit: '20' } as const;
  const { items } = await answerOf(listSellerOrders({ client, path: { sale }, query }));
  const asCsv = { client, path: { sale }, query: { format: 'csv' } } as const;
  return {
    offer: `${offer.title}: ${offer.stock}, ${raised.asked} units, ${raised.committed} taken`,
    latest: items.map(({ id, createdAt, total }) => `${createdAt} ${id} ${total}`),
    csv: String(await answerOf(exportSellerOrders(asCsv))),
  };
}

if (import.meta.main) {
  const [sale = 'last-call', store = 'kiln-and-cup', url = 'http://127.0.0.1:8080'] =
    process.argv.slice(2);
  // For development. Where you are live, your platform signs the token: docs/tokens.md.
  const args = ['token', '--role', 'merchant', '--sub', 'mia', '--store', store];
  const token = () => execFileSync('./doorbuster', args, { encoding: 'utf8' }).trim();
  const { offer, latest, csv } = await runMerchant({ url, sale, store, token });
  process.stdout.write(`${[offer, ...latest, csv].join('\n')}\n`);
}
