import { beforeAll, expect, test } from 'vitest';
import { documentOf, routesOf } from './api-document.ts';
import type { ApiDocument, Route, Schema } from './api-document.ts';

let document: ApiDocument;
let routes: readonly Route[];

beforeAll(async () => {
  document = await documentOf();
  routes = routesOf(document);
});

/** Objects whose fields depend on something that no schema knows. */
const OPEN = new Set(['ChangedFields', 'FieldValue']);

const typesOf = ({ type = [] }: Schema): readonly string[] => [type].flat();
const isObject = (schema: Schema): boolean => typesOf(schema).includes('object');

/** What a schema and the schemas inside it leave unsaid, each as `where: what`. */
function unsaid(schema: Schema, where: string): string[] {
  if (schema.$ref !== undefined) return [];
  const { properties, items, oneOf = [], anyOf = [], additionalProperties } = schema;
  const branches = [...oneOf, ...anyOf];
  const inside = [
    ...Object.entries(properties ?? {}).flatMap(([name, one]) => unsaid(one, `${where}.${name}`)),
    ...branches.flatMap((one, index) => unsaid(one, `${where}|${index}`)),
    ...(items ? unsaid(items, `${where}[]`) : []),
    ...(typeof additionalProperties === 'object' ? unsaid(additionalProperties, `${where}{}`) : []),
  ];
  if (typesOf(schema).length === 0 && branches.length === 0) return [`${where}: no type`];
  if (typesOf(schema).includes('array') && !items) return [`${where}: a list of anything`];
  if (items && isObject(items)) inside.push(`${where}: a list of objects without a name`);
  const isOpen = additionalProperties !== false && typeof additionalProperties !== 'object';
  const saysNothing = isOpen && branches.length === 0 && !OPEN.has(where);
  if (isObject(schema) && saysNothing) inside.push(`${where}: an open object`);
  return inside;
}

test('every field of every schema has a type, and every object in a list a name', () => {
  const { schemas } = document.components;
  expect(Object.entries(schemas).flatMap(([name, schema]) => unsaid(schema, name))).toEqual([]);
});

test('every body that is sent or answered has a name', () => {
  const named = routes.flatMap(({ operationId, requestBody, responses }) => {
    const contents = [requestBody?.content, ...Object.values(responses).map((r) => r.content)];
    const json = contents.flatMap((content) => content?.['application/json'] ?? []);
    return json.map(({ schema }) => ({ operationId, $ref: schema.$ref }));
  });
  expect(named.filter(({ $ref }) => $ref === undefined)).toEqual([]);
  expect(named.length).toBeGreaterThan(routes.length / 2);
});

test('every parameter has a type and a description, and one of a path an example', () => {
  for (const { operationId, parameters = [] } of routes) {
    for (const { name, schema, description, example, ...parameter } of parameters) {
      const where = `${operationId} ${name}`;
      expect(unsaid(schema, where)).toEqual([]);
      expect(description, where).toBeTruthy();
      if (parameter.in === 'path') expect(example, where).toBeTruthy();
    }
  }
});

test('every operation with a body has an example of it', () => {
  const without = routes.filter(({ requestBody }) =>
    Object.values(requestBody?.content ?? {}).some(({ example }) => example === undefined),
  );
  expect(without.map(({ operationId }) => operationId)).toEqual([]);
});

test('every answer says what it is and names its request', () => {
  for (const { operationId, responses } of routes) {
    for (const [status, { description, headers }] of Object.entries(responses)) {
      expect(description, `${operationId} ${status}`).not.toBe('Default Response');
      expect(Object.keys(headers ?? {}), `${operationId} ${status}`).toContain('X-Request-Id');
    }
  }
});

test('every operation lists an answer that is no problem', () => {
  for (const { operationId, responses } of routes) {
    const good = Object.keys(responses).filter((status) => status.startsWith('2'));
    expect(good, operationId).not.toEqual([]);
  }
});

test('headers of an answer are told with their type', () => {
  const [place] = routes.filter(({ operationId }) => operationId === 'placeOrder');
  const text = { type: 'string' };
  expect(place!.responses['201']!.headers).toMatchObject({
    Location: { schema: text },
    'Idempotency-Replayed': { schema: { ...text, enum: ['true'] } },
    'Preference-Applied': { schema: { ...text, enum: ['wait'] } },
  });
  expect(place!.responses['503']!.headers).toMatchObject({
    'Retry-After': { schema: { type: 'integer' } },
  });
  expect(place!.responses['429']!.headers).toMatchObject({ RateLimit: { schema: text } });
});

test('a body that need not be sent is not required', () => {
  const required = new Map(routes.map((one) => [one.operationId, one.requestBody?.required]));
  expect(required.get('claim')).toBe(false);
  expect(required.get('placeOrder')).toBe(true);
});

test('a union tells its branches apart by the value of its tag', () => {
  const effect = document.components.schemas['Effect'] as Schema & { discriminator: object };
  expect(effect.discriminator).toMatchObject({
    propertyName: 'kind',
    mapping: { fixed: '#/components/schemas/FixedEffect' },
  });
});
