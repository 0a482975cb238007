import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { viewerOf } from '../door/viewer-of.ts';
import { PageQuery, page, pageAfter } from '../paging.ts';
import { SaleParams } from '../schemas.ts';
import type { TermsRoutes } from './answer-change.ts';
import { SalePages, matchesTag } from './sale-pages.ts';
import { LiveSaleView, SaleHead } from './sale-views.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const CACHE_CONTROL = 'max-age=1';
/** No cache may show to others what a merchant or an operator saw. */
const OWN_CACHE_CONTROL = 'private, no-cache';

const pageHeaders = {
  ETag: {
    type: 'string',
    description: 'Send it as `If-None-Match`: the answer is 304 while the sale is the same.',
  },
  'Cache-Control': { type: 'string', description: 'How long the answer may be shown again.' },
};

/** A sale in a list comes without its offers: there may be ten thousand. */
function listRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the sales that you may see, by id',
    querystring: PageQuery,
    response: { 200: page(SaleHead) },
  };
  app.get('/v1/sales', { schema }, async (request, reply) => {
    const viewer = viewerOf(request.claims);
    const ids = deps.terms.saleIds(viewer).toSorted();
    const found = pageAfter(ids, request.query);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const shown = ids.slice(found.from, found.to);
    const items = shown.flatMap((id) => deps.terms.saleHeadById(id, viewer) ?? []);
    return answers.ok(request, reply, { items, next: found.next });
  });
}

function readRoute(app: App, pages: SalePages, answers: Answers): void {
  const schema = {
    summary: 'Read a sale with its offers, stock levels and promotions',
    params: SaleParams,
    response: { 200: LiveSaleView },
  };
  const config = { answers: { 200: { headers: pageHeaders }, 304: { headers: pageHeaders } } };
  app.get('/v1/sales/:sale', { schema, config }, (request, reply) => {
    const viewer = viewerOf(request.claims);
    const sale = pages.page(request.params.sale, viewer);
    if (!sale) return void answers.refuse(request, reply, { code: 'not_found' });
    const caching = viewer.kind === 'public' ? CACHE_CONTROL : OWN_CACHE_CONTROL;
    reply.headers({ etag: sale.etag, 'cache-control': caching });
    if (matchesTag(request.headers['if-none-match'], sale.etag)) {
      answers.ok(request, reply, undefined, 304);
    } else {
      answers.ok(request, reply.header('content-type', JSON_TYPE), sale.text);
    }
  });
}

export function readSaleRoutes({ app, deps, pages, answers }: TermsRoutes): void {
  listRoute(app, deps, answers);
  readRoute(app, pages, answers);
}
