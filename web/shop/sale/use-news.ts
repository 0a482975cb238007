import type { GetSaleResponse, WatchStockData } from '../../../client/index.ts';
import { useRef } from 'preact/hooks';
import { usePage, useStream, useWords } from '../../kit/page/hooks.ts';
import type { Load } from '../../kit/api/load.ts';
import type { EventStream } from '../../kit/api/stream.ts';
import { applyNews, newsOf } from '../stock-news.ts';
import type { News } from '../stock-news.ts';
import { shopWords } from '../words.ts';

/**
 * Follows the stream of the sale: stock, state, and the server's clock.
 * @param onNews after each news, with the stock words that came
 */
export function useNews(
  sale: string,
  load: Load<GetSaleResponse>,
  onNews: (news: News) => void,
): EventStream | null {
  const { connection, clock, time, announcer } = usePage();
  const words = useWords(shopWords);
  const url = connection.read.buildUrl<WatchStockData>({
    url: '/v1/sales/{sale}/stream',
    path: { sale },
  });
  const sent = useRef<number | null>(null);
  return useStream(url, {
    onOpen: (sentMs) => (sent.current = sentMs),
    onEvent: (event) => {
      const news = newsOf(event);
      if (!news) return;
      if (news.serverMs !== null) {
        const receivedMs = time.monotonic();
        const { serverMs } = news;
        // Only the first time comes in answer to a request.
        if (sent.current === null) clock.hear(serverMs);
        else clock.learn({ serverMs, sentMs: sent.current, receivedMs });
        sent.current = null;
      }
      load.change((shown) => {
        const { sale: next, soldOut, back } = applyNews(shown, news);
        for (const title of soldOut) announcer.say(words.nowSoldOut(title));
        for (const title of back) announcer.say(words.nowBack(title));
        return next;
      });
      onNews(news);
    },
  });
}
