import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BuiltPages } from '../../platform/pages/built-file.ts';
import { preferredCoding } from '../../platform/pages/content-coding.ts';
import { ASSET_CACHING, PAGE_CACHING, builtPageHeaders } from '../../platform/pages/secure-page.ts';
import type { Answer, Books } from './books.ts';
import { OUTCOMES, isOutcome } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

export interface ShopperDeps {
  readonly books: Books;
  readonly outcomes: Outcomes;
  readonly pages: BuiltPages;
}

interface Named {
  Params: { id: string };
}

const PAGE = 'pay/index.html';
const SECURITY = builtPageHeaders();
const NOT_FOUND = 404;

const BAD_OUTCOME = {
  code: 'invalid',
  detail: `the outcome must be one of ${OUTCOMES.join(', ')}`,
};
const NOT_BUILT = {
  code: 'not_found',
  detail: 'the page is not built: run `npm run web`, then start the sandbox again',
};
const NO_PAYMENT = { code: 'not_found', detail: 'there is no such payment' };
const NO_ASSET = { code: 'not_found', detail: 'there is no such file' };

/** Sends a file of the built pages in the coding that the browser prefers, if there is one. */
function sendFile(pages: BuiltPages, path: string, reply: FastifyReply, caching: string): boolean {
  const file = pages.get(path);
  if (!file) return false;
  const coding = file.codingFor(preferredCoding(reply.request.headers['accept-encoding']));
  reply.headers({ ...SECURITY, 'cache-control': caching, vary: 'accept-encoding' });
  if (coding !== 'identity') reply.header('content-encoding', coding);
  void reply.type(file.contentType).send(file.bytesIn(coding));
  return true;
}

/** The scripts and styles of the page. */
export function assetRoutes(app: FastifyInstance, { pages }: Pick<ShopperDeps, 'pages'>): void {
  app.get<{ Params: { '*': string } }>('/assets/*', ({ params }, reply) => {
    if (sendFile(pages, `assets/${params['*']}`, reply, ASSET_CACHING)) return reply;
    return reply.code(NOT_FOUND).send(NO_ASSET);
  });
}

/** The page at which a shopper pays, and what it reads. */
function pageRoutes(app: FastifyInstance, { books, pages }: ShopperDeps): void {
  app.get<Named>('/pay/:id', ({ params }, reply) => {
    // The page itself says that there is no such payment.
    if (!books.page(params.id)) reply.code(NOT_FOUND);
    if (sendFile(pages, PAGE, reply, PAGE_CACHING)) return reply;
    return reply.code(NOT_FOUND).send(NOT_BUILT);
  });
  app.get<Named>('/pay/:id/payment', ({ params }, reply) => {
    const payment = books.page(params.id);
    reply.header('cache-control', 'no-store');
    return payment ? reply.send(payment) : reply.code(NOT_FOUND).send(NO_PAYMENT);
  });
}

/** The actions of a shopper, by API or by a form. Without a body the shopper authorizes. */
export function shopperRoutes(app: FastifyInstance, deps: ShopperDeps): void {
  const { books, outcomes } = deps;
  const act = ({ params, body }: FastifyRequest<Named>): Answer | null => {
    const { outcome = 'authorize' } = (body ?? {}) as { outcome?: unknown };
    return isOutcome(outcome) ? outcomes.act(params.id, outcome) : null;
  };
  app.post<Named>('/payments/:id/pay', (request, reply) => {
    const answer = act(request);
    if (!answer) return reply.code(400).send(BAD_OUTCOME);
    return reply.code(answer.status).send(answer.body);
  });
  pageRoutes(app, deps);
  app.post<Named>('/pay/:id', (request, reply) => {
    const answer = act(request);
    if (!answer) return reply.code(400).send(BAD_OUTCOME);
    const { id } = request.params;
    const isAsked = books.page(id)?.step === 'challenge';
    const back = isAsked ? null : books.returnUrl(id);
    return reply.redirect(back ?? `/pay/${encodeURIComponent(id)}`, 303);
  });
}
