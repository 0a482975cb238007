import Type from 'typebox';
import type { SaleId } from '../../domain/ids.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { SaleView } from '../../service/terms/sale-view.ts';
import type { HttpDeps } from '../deps.ts';
import { BOUNDED } from '../door/answer-in-time.ts';
import { viewerOf } from '../door/viewer-of.ts';
import { PageQuery, page, pageAfter } from '../paging.ts';
import { ReadyPage } from '../pages/ready-pages.ts';
import type { PageText, ReadyPages } from '../pages/ready-pages.ts';
import { sendPage } from '../pages/send-page.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { SaleParams, strict } from '../schemas.ts';
import type { TermsRoutes } from './answer-change.ts';
import { LiveSaleView, SaleHead } from './sale-views.ts';

/** The offers of a page. A sale may have ten thousand, and its page stays small. */
const OFFERS_A_PAGE = 100;

const OffersQuery = strict({
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'The `nextOffers` of the previous page.' }),
  ),
});

const BAD_CURSOR = invalid('/query/cursor', 'is not a `nextOffers` of this sale');

const pageHeaders = {
  ETag: {
    type: 'string',
    description: 'Send it as `If-None-Match`: the answer is 304 while the page is the same.',
  },
  'Cache-Control': { type: 'string', description: 'How long the answer may be shown again.' },
};

const PAGE = {
  ...BOUNDED,
  answers: { 200: { headers: pageHeaders }, 304: { headers: pageHeaders } },
};

const isForAll = ({ kind }: Viewer): boolean => kind === 'public';

/** The public shares one page. What others see depends on who they are: it is made for each. */
function pageFor(
  pages: ReadyPages,
  viewer: Viewer,
  key: string,
  say: (nowMs: number) => PageText | null,
  nowMs: number,
): ReadyPage | null {
  if (isForAll(viewer)) return pages.page(key, say);
  const text = say(nowMs);
  return text && new ReadyPage(text);
}

/** A sale in a list comes without its offers: there may be ten thousand. */
function listRoute({ app, deps, pages, answers }: TermsRoutes): void {
  const schema = {
    summary: 'List the sales that you may see, by id',
    querystring: PageQuery,
    response: { 200: page(SaleHead) },
  };
  app.get('/v1/sales', { schema, config: PAGE }, (request, reply) => {
    const viewer = viewerOf(request.claims);
    const { limit = '', cursor = '' } = request.query;
    let refused: HttpRefusal | null = null;
    const say = (): PageText | null => {
      const list = saleList(deps, viewer, request.query);
      if (!isRefusal(list)) return { terms: JSON.stringify(list) };
      refused = list;
      return null;
    };
    const found = pageFor(pages, viewer, `list ${limit} ${cursor}`, say, deps.time.now());
    if (found) return sendPage(answers, request, reply, found, isForAll(viewer));
    answers.refuse(request, reply, refused!);
  });
}

function saleList(
  { terms }: HttpDeps,
  viewer: Viewer,
  query: { readonly limit?: string; readonly cursor?: string },
) {
  const ids = terms.saleIds(viewer).toSorted();
  const found = pageAfter(ids, query);
  if (isRefusal(found)) return found;
  const shown = ids.slice(found.from, found.to);
  const items = shown.flatMap((id) => terms.saleHeadById(id, viewer) ?? []);
  return { items, next: found.next };
}

/** @returns where the page begins; null: the cursor names no offer of the sale */
function pageStart(
  { terms }: HttpDeps,
  sale: SaleId,
  viewer: Viewer,
  cursor: string | undefined,
): number | null {
  if (cursor === undefined) return 0;
  const last = Buffer.from(cursor, 'base64url').toString();
  return terms.offersPageById(sale, viewer, last, OFFERS_A_PAGE);
}

const cursorAfter = ({ offers, hasMoreOffers = false }: SaleView): string | null =>
  hasMoreOffers ? Buffer.from(offers.at(-1)!.id).toString('base64url') : null;

/** The server's time is no part of what the tag covers. */
function saleText(view: SaleView, nowMs: number): PageText {
  const { hasMoreOffers: _, ...shown } = view;
  const terms = JSON.stringify({ ...shown, nextOffers: cursorAfter(view) });
  return { terms, extra: `"serverTime":"${toTimestamp(nowMs)}"` };
}

function readRoute({ app, deps, pages, answers }: TermsRoutes): void {
  const schema = {
    summary: 'Read a sale with a page of its offers, stock levels and promotions',
    params: SaleParams,
    querystring: OffersQuery,
    response: { 200: LiveSaleView },
  };
  app.get('/v1/sales/:sale', { schema, config: PAGE }, (request, reply) => {
    const viewer = viewerOf(request.claims);
    const { sale } = request.params;
    const from = pageStart(deps, sale, viewer, request.query.cursor);
    if (from === null) return void answers.refuse(request, reply, BAD_CURSOR);
    const say = (nowMs: number): PageText | null => {
      const view = deps.terms.saleViewById(sale, viewer, { from, limit: OFFERS_A_PAGE });
      return view && saleText(view, nowMs);
    };
    const found = pageFor(pages, viewer, `sale ${sale} ${from}`, say, deps.time.now());
    if (!found) return void answers.refuse(request, reply, { code: 'not_found' });
    return sendPage(answers, request, reply, found, isForAll(viewer));
  });
}

export function readSaleRoutes(routes: TermsRoutes): void {
  listRoute(routes);
  readRoute(routes);
}
