import { answerOf, getFigures } from '../../../client/index.ts';
import type { Client, OfferFigures, StoreFigures } from '../../../client/index.ts';

/** How a sale sells, with all its offers. */
export interface Figures {
  readonly currency: string;
  readonly asOf: string;
  readonly stores: readonly StoreFigures[];
  readonly offers: readonly OfferFigures[];
}

const LIMIT = '100';
/** The desk shows no more offers of a sale. */
const PAGES_MOST = 10;

/** Reads all pages of the figures. */
export async function readFigures(
  client: Client,
  sale: string,
  signal: AbortSignal,
): Promise<Figures> {
  const read = (cursor: string | null) =>
    answerOf(
      getFigures({
        client,
        path: { sale },
        query: { limit: LIMIT, ...(cursor === null ? {} : { cursor }) },
        signal,
      }),
    );
  const { next, items, currency, asOf, stores } = await read(null);
  const offers = [...items];
  let cursor = next;
  for (let pages = 1; cursor !== null && pages < PAGES_MOST; pages++) {
    const page = await read(cursor);
    offers.push(...page.items);
    cursor = page.next;
  }
  return { currency, asOf, stores, offers };
}

/** The figures of one store. @param store null: of all */
export function figuresOf(figures: Figures, store: string | null): Figures {
  const isShown = (one: { readonly store: string }) => store === null || one.store === store;
  return {
    ...figures,
    stores: figures.stores.filter(isShown),
    offers: figures.offers.filter(isShown),
  };
}
