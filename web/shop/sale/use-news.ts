import type { GetSaleResponse, WatchStockData } from '../../../client/index.ts';
import { useRef } from 'preact/hooks';
import { usePage, useStream, useWords } from '../../kit/page/hooks.ts';
import type { Load } from '../../kit/api/load.ts';
import type { EventStream } from '../../kit/api/stream.ts';
import { applyNews, newsOf, newsText } from '../stock-news.ts';
import type { News } from '../stock-news.ts';
import { shopWords } from '../words.ts';

/**
 * Follows the stream of the sale: stock, state, and the server's clock.
 * @param onNews before each news is shown. @returns the offers whose return it has told
 */
export function useNews(
  sale: string,
  load: Load<GetSaleResponse>,
  onNews: (news: News) => ReadonlySet<string>,
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
      const told = onNews(news);
      load.change((shown) => {
        const applied = applyNews(shown, news, told);
        const text = newsText(applied, words);
        if (text !== '') announcer.say(text);
        return applied.sale;
      });
    },
  });
}
