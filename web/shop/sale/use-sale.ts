import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { GetSaleResponse } from '../../../client/index.ts';
import type { Load } from '../../kit/api/load.ts';
import { useLoad, usePage, useWords } from '../../kit/page/hooks.ts';
import { shopWords } from '../words.ts';
import { readFurther, readSale, withFurther } from './read-sale.ts';

/** The stream brings what changes by itself; prices and new offers come with the next read. */
const EVERY_MS = 30_000;

interface ShownSale {
  readonly load: Load<GetSaleResponse>;
  readonly isLoadingMore: ReadonlySignal<boolean>;
  /** Shows the next page of offers, too. */
  readonly more: () => void;
}

/** A sale and as many pages of its offers as the visitor asked for. */
export function useSale(sale: string): ShownSale {
  const { connection, announcer } = usePage();
  const words = useWords(shopWords);
  const pages = useRef(1);
  const isLoadingMore = useSignal(false);
  const load = useLoad(
    (page, signal) => readSale(page, sale, () => pages.current, signal),
    [sale],
    { everyMs: EVERY_MS },
  );
  const readMore = async (cursor: string) => {
    isLoadingMore.value = true;
    try {
      const further = await readFurther(connection.read, sale, cursor);
      pages.current++;
      let isShown = false;
      load.change((shown) => {
        const next = withFurther(shown, cursor, further);
        isShown = next !== null;
        return next ?? shown;
      });
      // Offers have come or gone meanwhile: all pages are read as they are now.
      if (!isShown) load.again();
    } catch {
      announcer.tell(words.moreFailed);
    }
    isLoadingMore.value = false;
  };
  const more = () => {
    const now = load.now.peek();
    const cursor = 'data' in now ? now.data.nextOffers : null;
    if (cursor !== null && !isLoadingMore.peek()) void readMore(cursor);
  };
  return { load, isLoadingMore, more };
}
