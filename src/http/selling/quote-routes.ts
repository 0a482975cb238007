import type { FastifyRequest } from 'fastify';
import type { QuoteRequest } from '../../domain/pricing/quote.ts';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { SaleParams } from '../schemas.ts';
import { QuoteBody } from './order-bodies.ts';
import { QuoteView } from './order-views.ts';
import { readCart } from './read-cart.ts';

const COUPONS_WITH_BEST = invalid('/coupons', 'must be empty when `best` is true');

type AskedQuote = FastifyRequest<{ Params: SaleParams; Body: QuoteBody }>;

function readQuote({ params, body, claims }: AskedQuote): QuoteRequest | HttpRefusal {
  const cart = readCart(params.sale, body, claims!);
  const { best: isBest = false } = body;
  if (isBest && cart.coupons.length > 0) return COUPONS_WITH_BEST;
  return { ...cart, isBest };
}

/** Prices a cart without reserving anything. */
export function quoteRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Price a cart',
    params: SaleParams,
    body: QuoteBody,
    response: { 200: QuoteView },
  };
  app.post('/v1/sales/:sale/quotes', { schema }, async (request, reply) => {
    const asked = readQuote(request);
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const quote = await deps.selling.quote(asked);
    if (isRefusal(quote)) return answers.refuse(request, reply, quote);
    return answers.ok(request, reply, quote);
  });
}
