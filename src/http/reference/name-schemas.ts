import { isDeepStrictEqual } from 'node:util';

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/**
 * Moves each schema that has a name into `schemas`, and leaves a reference in its place.
 * @returns the value with references
 * @throws when two different schemas have the same name
 */
export function nameSchemas(value: unknown, schemas: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => nameSchemas(item, schemas));
  if (!isNode(value)) return value;
  const { 'x-name': name, ...rest } = value;
  const node = Object.fromEntries(
    Object.entries(rest).map(([key, item]) => [key, nameSchemas(item, schemas)]),
  );
  if (typeof name !== 'string') return node;
  const known = schemas[name];
  if (known !== undefined && !isDeepStrictEqual(known, node)) {
    throw new Error(`two schemas are named ${name}`);
  }
  schemas[name] = node;
  return { $ref: `#/components/schemas/${name}` };
}
