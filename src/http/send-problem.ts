import type { FastifyReply, FastifyRequest } from 'fastify';
import { problems } from './problem-catalogue.ts';
import type { HttpRefusal, ProblemCode } from './problem-catalogue.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The most seconds added to Retry-After at random, so that callers do not return together. */
const JITTER_S = 3;

/** Fields of a refusal that have another place in the answer. */
const UNSENT = new Set(['code', 'detail', 'retryAfterS', 'challenge', 'allow']);

/** The body up to the request's id, which ends `instance`. */
function renderHead(code: ProblemCode, status: number, detail: string): string {
  const { title } = problems[code];
  const members = { type: `urn:doorbuster:problem:${code}`, title, status, code, detail };
  return `${JSON.stringify(members).slice(0, -1)},"instance":"urn:doorbuster:request:`;
}

const heads = Object.fromEntries(
  (Object.keys(problems) as ProblemCode[]).map((code) => [
    code,
    renderHead(code, problems[code].status, problems[code].detail),
  ]),
) as Record<ProblemCode, string>;

export function statusOf(refusal: HttpRefusal): number {
  const { code } = refusal;
  return code === 'unsupported' && refusal.allow !== null
    ? problems[code].also
    : problems[code].status;
}

/**
 * The body of a problem (RFC 9457). Everything except the refusal's own fields is rendered at
 * start-up, because a rush on a sold-out offer gets its answers from here.
 * @param requestId characters that need no escape in JSON or in a URN
 */
export function problemBody(refusal: HttpRefusal, requestId: string): string {
  const { code } = refusal;
  const own = 'detail' in refusal ? refusal.detail : undefined;
  const isRendered = own === undefined && code !== 'unsupported';
  const detail = own ?? problems[code].detail;
  const head = isRendered ? heads[code] : renderHead(code, statusOf(refusal), detail);
  let text = `${head}${requestId}"`;
  for (const [name, value] of Object.entries(refusal)) {
    if (!UNSENT.has(name)) text += `,"${name}":${JSON.stringify(value)}`;
  }
  return `${text}}`;
}

/** Sets the headers of a problem. */
export function setProblemHeaders(reply: FastifyReply, refusal: HttpRefusal): void {
  reply.header('content-type', PROBLEM_TYPE);
  if (refusal.code === 'busy' || refusal.code === 'rate_limited') {
    reply.header('retry-after', refusal.retryAfterS + Math.floor(Math.random() * (JITTER_S + 1)));
  } else if (refusal.code === 'unauthenticated') {
    reply.header('www-authenticate', refusal.challenge);
  } else if (refusal.code === 'unsupported' && refusal.allow !== null) {
    reply.header('allow', refusal.allow);
  }
}

/** Sends a problem without counting or logging it: `Answers.refuse` does both. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: HttpRefusal,
): FastifyReply {
  setProblemHeaders(reply, refusal);
  return reply.code(statusOf(refusal)).send(problemBody(refusal, request.id));
}
