import { expect, test } from 'vitest';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { EVENT_KINDS } from '../../../src/domain/webhook.ts';
import { nameSchemas } from '../../../src/http/reference/name-schemas.ts';
import { problems } from '../../../src/http/problem-catalogue.ts';
import { documentOf, routesOf } from './api-document.ts';

test('every operation has a name, a known tag, a summary, and its problems by status', async () => {
  const document = await documentOf();
  const { openapi, tags } = document;
  expect(openapi).toBe('3.1.0');
  const known = new Set(tags.map(({ name }) => name));
  const operations = routesOf(document);
  expect(operations).toHaveLength(Object.keys(catalogue).length);
  for (const { operationId, tags: own, summary, responses } of operations) {
    expect(operationId).toMatch(/^[a-z]\w+$/);
    expect(own.every((tag) => known.has(tag))).toBe(true);
    expect(summary, operationId).toBeTruthy();
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['500', '503']));
    expect(responses, operationId).not.toHaveProperty('default');
  }
});

test('every problem code is a schema of its own, which a client can tell apart', async () => {
  const { components, paths } = await documentOf();
  const ofProblems = Object.values(components.schemas).filter(
    ({ properties }) => properties !== undefined && 'instance' in properties,
  );
  const place = paths['/v1/sales/{sale}/orders']!['post']!;
  const codes = ofProblems.flatMap(({ properties }) => properties!['code']!.enum);
  expect(codes.toSorted()).toEqual(Object.keys(problems).toSorted());
  expect(JSON.stringify(place.responses['409'])).toContain('#/components/schemas/SoldOutProblem');
});

test('a schema with a name becomes a component, and two of one name must be the same', () => {
  const order = { 'x-name': 'Order', type: 'object', properties: { id: { type: 'string' } } };
  const schemas: Record<string, unknown> = {};
  expect(nameSchemas({ a: order, list: [order] }, schemas)).toEqual({
    a: { $ref: '#/components/schemas/Order' },
    list: [{ $ref: '#/components/schemas/Order' }],
  });
  expect(schemas).toEqual({ Order: { type: 'object', properties: { id: { type: 'string' } } } });
  expect(() => nameSchemas({ 'x-name': 'Order', type: 'string' }, schemas)).toThrow(
    'two schemas are named Order',
  );
});

test('a schema is shown in place of one that takes anything', () => {
  const shown = { 'x-shown': { 'x-name': 'Text', type: 'string' } };
  const schemas: Record<string, unknown> = {};
  expect(nameSchemas(shown, schemas)).toEqual({ $ref: '#/components/schemas/Text' });
  expect(schemas).toEqual({ Text: { type: 'string' } });
});

test('the reference begins with how to get a token', async () => {
  const { info } = await documentOf();
  expect(info.description.match(/^## .*$/gm)?.[0]).toBe('## Get a token');
});

test('the document describes the body of every event that is posted to endpoints', async () => {
  const { webhooks, components } = await documentOf();
  expect(Object.keys(webhooks)).toEqual([...EVENT_KINDS]);
  const names = Object.values(webhooks).map(({ post }) => {
    const { $ref } = post!.requestBody!.content['application/json']!.schema;
    return $ref!.replace('#/components/schemas/', '');
  });
  expect(new Set(names).size).toBe(EVENT_KINDS.length);
  for (const name of [...names, 'WebhookEvent']) expect(components.schemas).toHaveProperty(name);
  expect(components.schemas['WebhookEvent']).toMatchObject({
    oneOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })),
  });
});
