import { answerOf, getSale } from '../../../client/index.ts';
import type { Client, GetSaleResponse } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';

type Further = Pick<GetSaleResponse, 'offers' | 'nextOffers'>;

/** The most pages of 100 offers that a view shows. */
export const MOST_PAGES = 100;

/**
 * Reads a sale with the offers of its first pages.
 * @param pages how many, at least 1; it may grow meanwhile
 * @returns the first page's terms with all offers; `nextOffers` is that of the last page read
 */
export async function readSale(
  { connection: { read } }: Pick<Page, 'connection'>,
  sale: string,
  pages: () => number,
  signal: AbortSignal,
): Promise<GetSaleResponse> {
  const first = await answerOf(getSale({ client: read, path: { sale }, signal }));
  const offers = [...first.offers];
  let next = first.nextOffers;
  for (let page = 1; page < Math.min(pages(), MOST_PAGES) && next !== null; page++) {
    const further = await readFurther(read, sale, next, signal);
    offers.push(...further.offers);
    next = further.nextOffers;
  }
  return { ...first, offers, nextOffers: next };
}

/** Reads the page of offers at a cursor. */
export function readFurther(
  client: Client,
  sale: string,
  cursor: string,
  signal?: AbortSignal,
): Promise<Further> {
  const ended = signal ? { signal } : {};
  return answerOf(getSale({ client, path: { sale }, query: { cursor }, ...ended }));
}

/**
 * The sale with a further page of offers.
 * @param cursor where that page begins
 * @returns null when the pages shown no longer end there
 */
export function withFurther(
  shown: GetSaleResponse,
  cursor: string,
  { offers, nextOffers }: Further,
): GetSaleResponse | null {
  if (shown.nextOffers !== cursor) return null;
  return { ...shown, offers: [...shown.offers, ...offers], nextOffers };
}
