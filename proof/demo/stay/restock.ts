import { answerOf, connect, getOffer, getSale, patchOffer } from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import { signFor } from '../../builders/secrets.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';

export interface RestockOptions {
  readonly url: string;
  readonly jwtSecret: string;
  readonly file: SaleFile;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** Of the offers that are sold out, this share gets more at each look: the others wait. */
const SHARE = 0.3;
const REASON = 'More have arrived';
const PRECONDITION_FAILED = 412;

/** Merchants who bring more of what is sold out, so that a sale goes on without end. */
export class Restock {
  readonly #options: RestockOptions;
  readonly #clients = new Map<string, Client>();

  constructor(options: RestockOptions) {
    this.#options = options;
  }

  /** Looks at all offers once. */
  async look(): Promise<void> {
    const { url, file, random } = this.#options;
    const path = { sale: file.sale.id };
    const { offers } = await answerOf(getSale({ client: connect({ url }), path }));
    const gone = offers.filter(({ stock }) => stock === 'sold_out' && random() < SHARE);
    for (const { id } of gone) await this.#bringMore(id);
  }

  /** Adds as many units as the offer had at first, unless somebody else changes it just now. */
  async #bringMore(offer: string): Promise<void> {
    const { file } = this.#options;
    const asked = file.offers.find(({ id }) => id === offer);
    if (!asked) return;
    const client = this.#clientOf(asked.store);
    const path = { sale: file.sale.id, offer };
    const { data, response } = await getOffer({ client, path });
    const version = response?.headers.get('etag') ?? null;
    if (!data || version === null) {
      throw new Error(`${offer} cannot be read: answered ${response?.status ?? 0}`);
    }
    const headers = { 'If-Match': version, 'X-Change-Reason': REASON };
    const changed = await patchOffer({
      client,
      path,
      headers,
      body: { cap: data.cap + asked.cap },
    });
    const status = changed.response?.status ?? 0;
    if (changed.error && status !== PRECONDITION_FAILED) {
      throw new Error(`the cap of ${offer} cannot be raised: answered ${status}`);
    }
  }

  #clientOf(store: string): Client {
    const { url, jwtSecret } = this.#options;
    const claims = { sub: `stock of ${store}`, role: 'merchant', store } as const;
    // A token for each request, because the sale never ends.
    const token = () => signFor(jwtSecret, claims);
    const known = this.#clients.get(store) ?? connect({ url, token });
    this.#clients.set(store, known);
    return known;
  }
}
