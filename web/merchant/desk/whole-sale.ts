import { answerOf, getSale } from '../../../client/index.ts';
import type { Client, GetSaleResponse } from '../../../client/index.ts';

/** A sale with all its offers. */
export type WholeSale = Omit<GetSaleResponse, 'nextOffers'>;
export type OfferOfSale = WholeSale['offers'][number];

/** A page has 100 offers; the desk shows no more of a sale. */
const PAGES_MOST = 10;

/** Reads all pages of a sale. */
export async function readWholeSale(
  client: Client,
  sale: string,
  signal: AbortSignal,
): Promise<WholeSale> {
  const read = (cursor: string | null) =>
    answerOf(getSale({ client, path: { sale }, query: cursor === null ? {} : { cursor }, signal }));
  const { nextOffers, ...first } = await read(null);
  const offers = [...first.offers];
  let cursor = nextOffers;
  for (let pages = 1; cursor !== null && pages < PAGES_MOST; pages++) {
    const page = await read(cursor);
    offers.push(...page.offers);
    cursor = page.nextOffers;
  }
  return { ...first, offers };
}

/** The offers of a store, or all of them. @param store null: all */
export const offersOf = (
  { offers }: Pick<WholeSale, 'offers'>,
  store: string | null,
): readonly OfferOfSale[] => offers.filter((offer) => store === null || offer.store === store);

/** The stores that sell something, in the order of the sale. */
export const storesOf = ({ offers }: Pick<WholeSale, 'offers'>): readonly string[] => [
  ...new Set(offers.map(({ store }) => store)),
];

/** The title of an offer; its id when the sale has no such offer any more. */
export const titleOf = ({ offers }: Pick<WholeSale, 'offers'>, offer: string): string =>
  offers.find(({ id }) => id === offer)?.title ?? offer;
