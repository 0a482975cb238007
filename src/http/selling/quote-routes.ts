import type { FastifyRequest } from 'fastify';
import type { QuoteRequest, QuoteView } from '../../domain/pricing/quote.ts';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { problems as catalogued } from '../problem-catalogue.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { detailOf } from '../problem-details.ts';
import { languageOf, messageOf } from '../problem-messages.ts';
import { SaleParams } from '../schemas.ts';
import { QuoteBody } from './order-bodies.ts';
import { QuoteView as QuoteAnswer } from './order-views.ts';
import { readCart } from './read-cart.ts';

const GUEST = { shopper: null, member: null } as const;
const COUPONS_WITH_BEST = invalid('/coupons', 'must be empty when `best` is true');

type AskedQuote = FastifyRequest<{ Params: SaleParams; Body: QuoteBody }>;

/** Anyone may ask. One who is no shopper holds nothing, as a guest. */
function readQuote({ params, body, claims }: AskedQuote): QuoteRequest | HttpRefusal {
  const { best: isBest = false } = body;
  if (isBest && body.coupons && body.coupons.length > 0) return COUPONS_WITH_BEST;
  const { shopper, member } =
    claims?.role === 'shopper' ? { shopper: claims.sub, member: claims.member } : GUEST;
  return { ...readCart(params.sale, body), shopper, member, isBest };
}

/** A problem of a quote says the same as the refusal of the order would. */
function spokenQuote(quote: QuoteView, acceptLanguage: string | undefined) {
  const language = languageOf(acceptLanguage);
  const problems = quote.problems.map((problem) => ({
    ...problem,
    detail: detailOf(problem) ?? catalogued[problem.code].detail,
    message: messageOf(problem, language),
  }));
  return { ...quote, problems };
}

/** Prices a cart without reserving anything. */
export function quoteRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Price a cart',
    params: SaleParams,
    body: QuoteBody,
    response: { 200: QuoteAnswer },
  };
  app.post('/v1/sales/:sale/quotes', { schema }, async (request, reply) => {
    const asked = readQuote(request);
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const quote = await deps.selling.quote(asked);
    if (isRefusal(quote)) return answers.refuse(request, reply, quote);
    return answers.ok(request, reply, spokenQuote(quote, request.headers['accept-language']));
  });
}
