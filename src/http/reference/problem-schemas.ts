import Type from 'typebox';
import type { TProperties, TSchema } from 'typebox';
import { problems } from '../problem-catalogue.ts';
import type { ProblemCode } from '../problem-catalogue.ts';
import { PROBLEM_TYPE } from '../send-problem.ts';
import { named, strict, textOrNull } from '../schemas.ts';
import { RefusedQuote } from '../selling/order-views.ts';
import type { RouteFacts } from '../catalogue/facts.ts';

const text = Type.String();
const count = Type.Integer();

const errors = Type.Array(named('FieldError', strict({ pointer: text, detail: text })));

/** The fields of a code beyond those of every problem. */
const FIELDS: { readonly [Code in ProblemCode]?: TProperties } = {
  invalid: { errors },
  unsupported: { errors: Type.Optional(errors) },
  unknown_offer: { offer: text },
  sold_out: { offer: Type.Optional(text), promotion: Type.Optional(text), unitsLeft: count },
  limit_reached: {
    limit: count,
    taken: count,
    of: Type.Optional(Type.Enum(['holds', 'orders'], { type: 'string' })),
    offer: Type.Optional(text),
  },
  sale_not_open: { opensAt: textOrNull('Null: the operator has not opened the sale yet.') },
  sale_paused: { offer: Type.Optional(text) },
  price_changed: {
    total: count,
    quote: Type.Optional(RefusedQuote),
  },
  coupon_unavailable: { promotion: text },
  balance_short: {
    balance: Type.Enum(['points', 'redPacket'], { type: 'string' }),
    available: count,
  },
  not_payable: { state: text },
  not_refundable: { state: text },
};

const pascal = (code: string): string =>
  code.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

function schemaOf(code: ProblemCode): TSchema {
  const { status, title, detail, ...rest } = problems[code];
  const statuses = 'also' in rest ? [status, rest.also] : [status];
  return named(
    `${pascal(code)}Problem`,
    strict(
      {
        type: Type.String({ description: 'The path of the route that explains the code.' }),
        title: text,
        status: Type.Enum(statuses, { type: 'integer' }),
        code: Type.Enum([code], { type: 'string' }),
        detail: Type.String({ description: 'What happened, for developers.' }),
        instance: Type.String({ description: 'Ends in the id of the request.' }),
        message: Type.String({ description: 'For shoppers, in the language they accept.' }),
        ...FIELDS[code],
      },
      `${title}. ${detail}`,
    ),
  );
}

const schemas = new Map(
  (Object.keys(problems) as ProblemCode[]).map((code) => [code, schemaOf(code)]),
);

const header = (description: string, type = 'string') => ({ type, description });
/** Of each answer of a route that tells callers what is left of their limit. */
export const LIMIT_HEADERS = {
  RateLimit: header('What is left of your limit, and when it is full again.'),
  'RateLimit-Policy': header('Your limit: the requests of a burst, and the time it lasts for.'),
} as const;
const RETRY_AFTER = header('Seconds to wait.', 'integer');
const HEADERS: Readonly<Record<number, Readonly<Record<string, object>>>> = {
  401: { 'WWW-Authenticate': header('The challenge, RFC 6750.') },
  405: { Allow: header('The methods of this path.') },
  429: { 'Retry-After': RETRY_AFTER, ...LIMIT_HEADERS },
  503: { 'Retry-After': RETRY_AFTER },
};

const ANY_REQUEST = ['invalid', 'too_slow', 'headers_too_large', 'fault', 'busy'] as const;

/** Every code that a route may answer. */
export function codesOf(facts: RouteFacts, mayHaveBody: boolean): ProblemCode[] {
  const codes = new Set<ProblemCode>([...ANY_REQUEST, ...facts.problems]);
  if (facts.weight > 0) codes.add('rate_limited');
  if (facts.who !== 'tokenless') codes.add('unauthenticated');
  if (typeof facts.who === 'object') codes.add('forbidden');
  if (mayHaveBody) codes.add('too_large').add('unsupported');
  return [...codes];
}

/** The responses of these codes, by status, as OpenAPI has them. */
export function problemResponses(codes: readonly ProblemCode[]): Record<string, object> {
  const byStatus = Object.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, list = []]) => {
      const description = list.map((code) => problems[code].title).join(' · ');
      const some = list.map((code) => schemas.get(code)!);
      const schema = some.length === 1 ? some[0] : { oneOf: some };
      const headers = HEADERS[Number(status)];
      const content = { [PROBLEM_TYPE.split(';', 1)[0]!]: { schema } };
      return [status, { description, content, ...(headers ? { headers } : {}) }];
    }),
  );
}
