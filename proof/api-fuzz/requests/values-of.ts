import fc from 'fast-check';
import type { ApiDocument } from '../document/api-document.ts';
import type { Schema } from '../document/closed-schemas.ts';

/** What the things are that a field names, by the name of the field. */
const KINDS: Readonly<Record<string, string>> = {
  sale: 'sale',
  offer: 'offer',
  offers: 'offer',
  store: 'store',
  stores: 'store',
  shopper: 'shopper',
  shoppers: 'shopper',
  budget: 'budget',
  layer: 'layer',
  promotion: 'promotion',
  coupons: 'promotion',
  order: 'order',
  webhook: 'webhook',
  members: 'member',
  categories: 'category',
  deliveries: 'delivery',
  delivery: 'delivery',
  event: 'event',
  payment: 'payment',
  ref: 'ref',
  url: 'url',
  cursor: 'cursor',
  after: 'cursor',
  'if-match': 'etag',
  'if-none-match': 'etag',
};

const TIMES = [
  ...['2025-01-01T00:00:00Z', '2025-11-28T00:00:00+08:00', '2099-12-31T23:59:59.999Z'],
  ...['2000-01-01T00:00:00.000Z', '2999-12-31T00:00:00Z', '2098-01-01T00:00:00.123Z'],
];
const CURRENCY = '^[A-Z]{3}$';
const DEEPEST = 12;
const LIST_MAX = 4;
const TEXT_MAX = 60;
const SMALL = 9;
/** Each optional field may refuse the whole value, so in half of all objects they are rare. */
const RARE = 6;

/** Stands for an id that the world knows by the time the request is sent. */
export const known = (kind: string): fc.Arbitrary<string> =>
  fc.nat(SMALL).map((at) => `{{${kind}:${at}}}`);

/** Draws values that a schema accepts, or at least nearly always. */
export class Values {
  readonly #document: Pick<ApiDocument, 'follow'>;

  constructor(document: Pick<ApiDocument, 'follow'>) {
    this.#document = document;
  }

  /** @param field the name of the field that has the value: ids in it are mostly known ones */
  of(given: Schema, field = '', depth = 0): fc.Arbitrary<unknown> {
    if (depth > DEEPEST) return fc.constant(null);
    const schema = this.#document.follow(given);
    const inner = (one: unknown) => this.of(one as Schema, field, depth + 1);
    const { const: only, enum: words, anyOf, oneOf, type } = schema;
    if ('const' in schema) return fc.constant(only);
    if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[]));
    const branches = anyOf ?? oneOf;
    if (Array.isArray(branches)) return fc.oneof(...branches.map(inner));
    if (Array.isArray(type)) return fc.oneof(...type.map((one) => inner({ ...schema, type: one })));
    return this.#typed(schema, field, depth);
  }

  #typed(schema: Schema, field: string, depth: number): fc.Arbitrary<unknown> {
    switch (schema['type']) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, field, depth);
      case 'string':
        return text(schema, field);
      case 'integer':
      case 'number':
        return whole(schema);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { properties = {}, required = [], minProperties = 0 } = schema;
    const entries = Object.entries(properties as Record<string, Schema>);
    const fields = entries.map(([name, one]) => [name, this.of(one, name, depth + 1)] as const);
    const requiredKeys = entries.map(([name]) => name).filter((name) => isIn(required, name));
    const rare = fields.map(([name, one]) => {
      const absent = { weight: RARE, arbitrary: fc.constant(undefined) };
      return [name, requiredKeys.includes(name) ? one : fc.oneof(absent, one)] as const;
    });
    const any = fc.oneof(
      fc.record(Object.fromEntries(rare)),
      fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true }),
    );
    const isEnough = (value: object) =>
      Object.values(value).filter((one) => one !== undefined).length >= Number(minProperties);
    return any.filter(isEnough);
  }

  #array(schema: Schema, field: string, depth: number): fc.Arbitrary<unknown> {
    const { items = {}, minItems, maxItems, uniqueItems } = schema;
    const most = Number(maxItems ?? LIST_MAX);
    const least = Number(minItems ?? 0);
    const upTo = (length: number) =>
      fc.array(this.of(items as Schema, field, depth + 1), {
        minLength: least,
        maxLength: Math.max(least, Math.min(most, length)),
      });
    // Two ids of the world are easily the same one.
    return uniqueItems === true
      ? fc.oneof({ weight: 3, arbitrary: upTo(1) }, upTo(LIST_MAX))
      : upTo(LIST_MAX);
  }
}

const isIn = (list: unknown, name: string): boolean => Array.isArray(list) && list.includes(name);

function text(schema: Schema, field: string): fc.Arbitrary<string> {
  const kind = KINDS[field.toLowerCase()];
  const own = plainText(schema);
  return kind === undefined ? own : fc.oneof({ weight: 7, arbitrary: known(kind) }, own);
}

function plainText({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom(...TIMES);
  if (pattern === CURRENCY) {
    return fc.oneof({ weight: 7, arbitrary: fc.constant('CNY') }, fc.constantFrom('USD', 'XXX'));
  }
  // Patterns with classes of Unicode say what a text may not have; hardly any text has that.
  if (typeof pattern === 'string' && !pattern.includes('\\p')) {
    return fc.stringMatching(new RegExp(pattern, 'u'));
  }
  const least = Number(minLength ?? 0);
  const most = Math.max(least, Math.min(Number(maxLength ?? TEXT_MAX), TEXT_MAX));
  const bounds = { minLength: least, maxLength: most };
  return fc.oneof(fc.string(bounds), fc.string({ ...bounds, unit: 'grapheme' }));
}

function whole({ minimum, maximum, multipleOf }: Schema): fc.Arbitrary<number> {
  const step = Number(multipleOf ?? 1);
  const min = Math.ceil(Number(minimum ?? -SMALL) / step);
  const max = Math.floor(Number(maximum ?? Number.MAX_SAFE_INTEGER) / step);
  const upTo = (most: number) => fc.integer({ min, max: Math.min(max, min + most) });
  const small = fc.oneof(upTo(1), upTo(SMALL));
  const any = fc.integer({ min, max });
  const edges = fc.constantFrom(min, max);
  return fc
    .oneof({ weight: 4, arbitrary: small }, { weight: 2, arbitrary: any }, edges)
    .map((steps) => steps * step);
}
