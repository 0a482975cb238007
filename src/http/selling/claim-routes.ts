import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal } from '../../domain/refusals.ts';
import { BOUNDED } from '../door/answer-in-time.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { KEY_HEADERS, REPLAYED, readIdempotencyKey } from '../headers.ts';
import { NoBody } from '../schemas.ts';
import { ClaimParams, ClaimView } from './claim-schemas.ts';

const CLAIMS = '/v1/sales/:sale/promotions/:promotion/claims';
const CLAIM = `POST ${CLAIMS}`;

type AskedClaim = FastifyRequest<{ Params: ClaimParams }>;

/** As hot as orders: it counts under a constant label and allocates as little as it can. */
async function claim(
  deps: HttpDeps,
  answers: Answers,
  request: AskedClaim,
  reply: FastifyReply,
): Promise<void> {
  const { params, claims } = request;
  const key = readIdempotencyKey(request.headers['idempotency-key']);
  if (typeof key !== 'string') return void answers.refuse(request, reply, key);
  const { sub, member } = claims!;
  const claimed = await deps.selling.claim({
    sale: params.sale,
    shopper: sub,
    member,
    promotion: params.promotion,
    key,
  });
  if (isRefusal(claimed)) return void answers.refuse(request, reply, claimed);
  deps.onAnswered(CLAIM, claimed.isReplay ? 'replayed' : 'placed');
  if (claimed.isReplay) reply.header('idempotency-replayed', 'true');
  reply.code(201).send(claimed.claim);
}

export function claimRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Claim a coupon or a red packet',
    params: ClaimParams,
    body: NoBody,
    response: { 201: ClaimView },
  };
  const stated = { 201: { headers: REPLAYED } };
  const config = { ...BOUNDED, headers: KEY_HEADERS, answers: stated };
  app.post(CLAIMS, { schema, config }, (request, reply) => {
    claim(deps, answers, request, reply).catch((error) => answers.fault(request, reply, error));
  });
}
