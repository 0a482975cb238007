import { expect, test } from 'vitest';
import { createApp } from '../../../src/http/app.ts';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { nameSchemas } from '../../../src/http/reference/name-schemas.ts';
import { problems } from '../../../src/http/problem-catalogue.ts';
import { httpDeps } from '../http/http-deps.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary?: string;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly type: string }>> };
}

async function documentOf(): Promise<Document> {
  const app = await createApp(httpDeps());
  return app.swagger() as unknown as Document;
}

test('every operation has a name, a known tag, a summary, and its problems by status', async () => {
  const { openapi, tags, paths } = await documentOf();
  expect(openapi).toBe('3.1.0');
  const known = new Set(tags.map(({ name }) => name));
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
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
  const names = Object.keys(components.schemas).filter((name) => name.endsWith('Problem'));
  const place = paths['/v1/sales/{sale}/orders']!['post']!;
  expect(names.length).toBe(Object.keys(problems).length);
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

test('the page loads nothing from elsewhere and offers nothing of its maker', async () => {
  const app = await createApp(httpDeps());
  const { headers, body } = await app.inject('/docs/');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("connect-src 'self'");
  expect(body).not.toMatch(/https?:\/\//);
  for (const setting of ['"telemetry":false', '"withDefaultFonts":false', '"disabled":true']) {
    expect(body.replaceAll(' ', '')).toContain(setting);
  }
});
