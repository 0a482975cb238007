export type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const ONE = ['items', 'additionalProperties', 'contains', 'propertyNames'];
const LISTS = ['anyOf', 'oneOf', 'prefixItems'];
const NAMED = ['properties', 'patternProperties', '$defs'];
/** One of them says what an object may have beside the fields that the schema lists. */
const OPENS = ['additionalProperties', 'patternProperties', 'unevaluatedProperties'];

const isObjectSchema = ({ type, properties }: Schema): boolean =>
  properties !== undefined || [type].flat().includes('object');

function closedIn(keyword: string, value: unknown): unknown {
  if (ONE.includes(keyword)) return closed(value);
  if (LISTS.includes(keyword) && Array.isArray(value)) return value.map(closed);
  if (!NAMED.includes(keyword) || !isSchema(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]));
}

/**
 * A schema by which an object has no field that the schema does not list, unless the schema itself
 * allows others. The parts of an `allOf` stay open, because together they list the fields; those of
 * a union are closed, and the union itself is not.
 */
export function closed(schema: unknown): unknown {
  if (!isSchema(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closedIn(key, value)]);
  const inner = Object.fromEntries(entries) as Schema;
  if (OPENS.some((keyword) => keyword in inner)) return inner;
  if ('allOf' in inner) return { ...inner, unevaluatedProperties: false };
  if (LISTS.some((keyword) => keyword in inner)) return inner;
  return isObjectSchema(inner) ? { ...inner, additionalProperties: false } : inner;
}
