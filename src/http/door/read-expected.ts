import type {
  FastifyContextConfig,
  FastifyRequest,
  RouteOptions,
  preHandlerHookHandler,
} from 'fastify';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import { ANY } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a PUT, PATCH or DELETE expects of the thing that it changes; else null. */
    expected: Expected | null;
  }
}

const REQUIRED: HttpRefusal = { code: 'precondition_required' };
const TAGS_MOST = 16;
/** RFC 9110. A weak tag never matches, because a change needs to know exactly what it replaces. */
const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/;
const BAD_MATCH = invalid(
  '/headers/if-match',
  `must be * or 1 to ${TAGS_MOST} entity tags, each in double quotes`,
);
const BAD_NONE_MATCH = invalid('/headers/if-none-match', 'must be * in a change');

const BOTH = invalid('/headers/if-none-match', 'cannot be combined with If-Match');

const CONDITIONS = {
  'If-Match': {
    type: 'string',
    description: 'The change replaces only the version with this `ETag`; *: any version.',
  },
  'If-None-Match': { type: 'string', description: '*: the change only creates.' },
} as const;

/** The headers that the reference names, with the conditions among them. */
function withConditions(headers: { readonly properties?: object } = {}): object {
  return { type: 'object', ...headers, properties: { ...headers.properties, ...CONDITIONS } };
}

/** Of an answer that shows a thing as it is. */
export const TAG = {
  ETag: { type: 'string', description: 'The version of the thing, for `If-Match`.' },
} as const;

/** The answers that the reference names, each that has a body with its tag. */
function withTags({ schema, config }: RouteOptions): NonNullable<FastifyContextConfig['answers']> {
  const { response = {} } = (schema ?? {}) as { response?: Readonly<Record<number, unknown>> };
  const stated = config?.answers ?? {};
  const tagged = Object.keys(response).map((status) => {
    const answer = stated[Number(status)];
    return [status, { ...answer, headers: { ...answer?.headers, ...TAG } }];
  });
  return { ...stated, ...Object.fromEntries(tagged) };
}

const CHANGING = ['PUT', 'PATCH', 'DELETE'];

/** As the header ETag has it. */
export const tagOf = (version: string): string => `"${version}"`;

function readMatch(header: string): Expected | HttpRefusal {
  if (header.trim() === '*') return { kind: 'present' };
  if (!TAGS.test(header)) return BAD_MATCH;
  const tags = header.match(/(?:W\/)?"[^"]*"/g)!;
  if (tags.length > TAGS_MOST) return BAD_MATCH;
  const strong = tags.filter((tag) => !tag.startsWith('W/'));
  return { kind: 'oneOf', versions: strong.map((tag) => tag.slice(1, -1)) };
}

/** Reads If-Match and If-None-Match of a change. @returns null when it has neither */
function readExpected({ headers }: Pick<FastifyRequest, 'headers'>) {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && noneMatch !== undefined) return BOTH;
  if (match !== undefined) return readMatch(match);
  if (noneMatch === undefined) return null;
  return noneMatch.trim() === '*' ? ({ kind: 'absent' } as const) : BAD_NONE_MATCH;
}

/** Reads what a change expects on every PUT, PATCH and DELETE that is added after this call. */
export function readConditions(app: App, answers: Answers, isRequired: boolean): void {
  app.decorateRequest('expected', null);
  const read: preHandlerHookHandler = (request, reply, done) => {
    const expected = readExpected(request);
    if (expected === null && isRequired) return void answers.refuse(request, reply, REQUIRED);
    if (expected !== null && isRefusal(expected)) {
      return void answers.refuse(request, reply, expected);
    }
    request.expected = expected ?? ANY;
    done();
  };
  app.addHook('onRoute', (route) => {
    if (!CHANGING.includes(String(route.method))) return;
    const headers = withConditions(route.config?.headers);
    route.config = { ...route.config, headers, answers: withTags(route) };
    route.preHandler = read;
  });
}
