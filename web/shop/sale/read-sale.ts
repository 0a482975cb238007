import { answerOf, getSale } from '../../../client/index.ts';
import type { GetSaleResponse } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';

/** The most pages of 100 offers that a view shows. */
export const MOST_PAGES = 100;

/**
 * Reads a sale with the offers of its first pages.
 * @param pages how many, at least 1
 * @returns the first page's terms with all offers; `nextOffers` is that of the last page read
 */
export async function readSale(
  { connection: { read } }: Pick<Page, 'connection'>,
  sale: string,
  pages: number,
  signal: AbortSignal,
): Promise<GetSaleResponse> {
  const first = await answerOf(getSale({ client: read, path: { sale }, signal }));
  const offers = [...first.offers];
  let next = first.nextOffers;
  for (let page = 1; page < Math.min(pages, MOST_PAGES) && next !== null; page++) {
    const query = { cursor: next };
    const further = await answerOf(getSale({ client: read, path: { sale }, query, signal }));
    offers.push(...further.offers);
    next = further.nextOffers;
  }
  return { ...first, offers, nextOffers: next };
}
