import type { FastifyReply, FastifyRequest } from 'fastify';
import { detailOf } from './problem-details.ts';
import { languageOf, messageOf } from './problem-messages.ts';
import type { Language } from './problem-messages.ts';
import { problems } from './problem-catalogue.ts';
import type { HttpRefusal, ProblemCode } from './problem-catalogue.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The route that explains a code. */
export const PROBLEMS_PATH = '/problems/';

/** The most seconds added to Retry-After at random, so that callers do not return together. */
const JITTER_S = 3;

/** Fields of a refusal that have another place in the answer. */
const UNSENT = new Set(['code', 'detail', 'retryAfterS', 'challenge', 'allow']);

/** The body up to its detail. */
function renderHead(code: ProblemCode, status: number): string {
  const { title } = problems[code];
  const members = { type: `${PROBLEMS_PATH}${code}`, title, status, code };
  return `${JSON.stringify(members).slice(0, -1)},"detail":`;
}

interface Rendered {
  readonly head: string;
  readonly detail: string;
}

const rendered = Object.fromEntries(
  (Object.keys(problems) as ProblemCode[]).map((code) => {
    const { status, detail } = problems[code];
    return [code, { head: renderHead(code, status), detail: JSON.stringify(detail) }];
  }),
) as Record<ProblemCode, Rendered>;

export function statusOf(refusal: HttpRefusal): number {
  const { code } = refusal;
  return code === 'unsupported' && refusal.allow !== null
    ? problems[code].also
    : problems[code].status;
}

/**
 * The body of a problem (RFC 9457). What is the same each time is rendered at start-up, because a
 * rush on a sold-out offer gets its answers from here.
 * @param requestId characters that need no escape in JSON or in a URN
 */
export function problemBody(
  refusal: HttpRefusal,
  requestId: string,
  language: Language = 'en',
): string {
  const { code } = refusal;
  const { head, detail } = rendered[code];
  const own = detailOf(refusal);
  let text = code === 'unsupported' ? renderHead(code, statusOf(refusal)) : head;
  text += own === undefined ? detail : JSON.stringify(own);
  text += `,"instance":"urn:doorbuster:request:${requestId}"`;
  text += `,"message":"${messageOf(refusal, language)}"`;
  for (const name in refusal) {
    if (UNSENT.has(name)) continue;
    text += `,"${name}":${JSON.stringify(refusal[name as keyof HttpRefusal])}`;
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
  // Caches keep some problems by default, and one says what its caller may not see.
  if (request.method !== 'POST') reply.header('cache-control', 'no-store');
  const language = languageOf(request.headers['accept-language']);
  return reply.code(statusOf(refusal)).send(problemBody(refusal, request.id, language));
}
