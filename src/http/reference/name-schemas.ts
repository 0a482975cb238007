import { isDeepStrictEqual } from 'node:util';

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const refTo = (name: string): string => `#/components/schemas/${name}`;

interface Branch {
  /** A constant is an enumeration of one value in the document. */
  readonly properties: Readonly<Record<string, { readonly enum: readonly [string] }>>;
}

/** Says which schema of a union each value of its tag means, by name. */
function mappingOf(tag: string, branches: readonly Node[], schemas: Node): Node {
  const names = branches.map(({ $ref }) => String($ref).slice(refTo('').length));
  return Object.fromEntries(
    names.map((name) => {
      const { properties } = schemas[name] as unknown as Branch;
      return [properties[tag]!.enum[0], refTo(name)];
    }),
  );
}

function withMapping(node: Node, schemas: Node): Node {
  const { discriminator, oneOf } = node;
  if (!isNode(discriminator) || !Array.isArray(oneOf)) return node;
  const mapping = mappingOf(String(discriminator['propertyName']), oneOf as Node[], schemas);
  return { ...node, discriminator: { ...discriminator, mapping } };
}

/**
 * Moves each schema that has a name into `schemas`, and leaves a reference in its place.
 * @returns the value with references
 * @throws when two different schemas have the same name
 */
export function nameSchemas(value: unknown, schemas: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => nameSchemas(item, schemas));
  if (!isNode(value)) return value;
  const { 'x-name': name, 'x-shown': shown, ...rest } = value;
  if (shown !== undefined) return nameSchemas(shown, schemas);
  const entries = Object.entries(rest).map(([key, item]) => [key, nameSchemas(item, schemas)]);
  const node = withMapping(Object.fromEntries(entries) as Node, schemas);
  if (typeof name !== 'string') return node;
  const known = schemas[name];
  if (known !== undefined && !isDeepStrictEqual(known, node)) {
    throw new Error(`two schemas are named ${name}`);
  }
  schemas[name] = node;
  return { $ref: refTo(name) };
}
