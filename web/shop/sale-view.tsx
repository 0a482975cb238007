import { answerOf, getSale } from '../../client/index.ts';
import type { GetSaleResponse, WatchStockData } from '../../client/index.ts';
import { useRef } from 'preact/hooks';
import { useLoad, usePage, useStream, useWords } from '../kit/page/hooks.ts';
import type { Page } from '../kit/page/page.ts';
import { PageFrame } from '../kit/parts/frame/page-frame.tsx';
import { EmptyState } from '../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../kit/parts/tell/skeleton.tsx';
import type { Load } from '../kit/api/load.ts';
import type { EventStream } from '../kit/api/stream.ts';
import { OfferCard } from './offer-card.tsx';
import { SaleClock } from './sale-clock.tsx';
import { applyNews, newsOf } from './stock-news.ts';
import { shopWords } from './words.ts';

/** The stream brings what changes by itself; prices and new offers come with the next read. */
const EVERY_MS = 30_000;
const SKELETON_CARDS = 8;

/** Follows the stream of the sale: stock, state, and the server's clock. */
function useNews(sale: string, load: Load<GetSaleResponse>): EventStream | null {
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
    },
  });
}

const readSale =
  (sale: string) =>
  ({ connection: { read } }: Page, signal: AbortSignal) =>
    answerOf(getSale({ client: read, path: { sale }, signal }));

function SaleSkeleton() {
  return (
    <div class="stack">
      <div class="sale-head">
        <Skeleton lines={2} />
      </div>
      <div class="offer-grid">
        {Array.from({ length: SKELETON_CARDS }, (_, i) => (
          <div class="offer" key={i}>
            <Skeleton like="tile" />
            <Skeleton lines={3} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Offers({ sale }: { readonly sale: GetSaleResponse }) {
  const words = useWords(shopWords);
  if (sale.offers.length === 0) return <EmptyState title={words.none} body={words.noneBody} />;
  return (
    <section aria-labelledby="offers">
      <h2 id="offers" class="unseen">
        {words.offers}
      </h2>
      <ul class="offer-grid">
        {sale.offers.map((offer) => (
          <li key={offer.id}>
            <OfferCard offer={offer} currency={sale.currency} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A sale with its clock and its offers, as shoppers see it. */
export function SaleView({ sale }: { readonly sale: string }) {
  const words = useWords(shopWords);
  const load = useLoad(readSale(sale), [sale], { everyMs: EVERY_MS });
  const news = useNews(sale, load);
  const now = load.now.value;
  return (
    <PageFrame title={'data' in now ? now.data.name : words.title}>
      <LoadedView load={load} stream={news} skeleton={<SaleSkeleton />}>
        {(shown) => (
          <div class="stack">
            <SaleClock sale={shown} />
            <Offers sale={shown} />
          </div>
        )}
      </LoadedView>
    </PageFrame>
  );
}
