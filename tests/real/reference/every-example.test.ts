import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, test } from 'vitest';
import { bearer } from '../../../proof/builders/secrets.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import { routesOf } from '../../unit/reference/api-document.ts';
import type { ApiDocument, Route } from '../../unit/reference/api-document.ts';
import { PayHttp } from '../../world/stage/pay-http.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;
const routes = new Map(routesOf(document).map((route) => [route.operationId, route]));

/** What must stand before the rest: each needs those before it. */
const FIRST = [
  'putSale',
  'putOffer',
  'patchOffer',
  'putBudget',
  'putPromotion',
  'openSale',
  'grantCoupons',
  'putBalances',
  'putWebhook',
  'putWebhookOfAllSales',
  'quote',
  'placeOrder',
  'cancelOrder',
  'placeOrder',
  'startPayment',
];
/** What ends something: each is sent after all that is named in neither list. */
const LAST = [
  ...['refundOrder', 'pauseSale', 'resumeSale', 'closeSale'],
  ...['deleteWebhook', 'deleteWebhookOfAllSales'],
];

/** A stream never ends. */
const isStream = ({ responses }: Route): boolean =>
  responses['200']?.content?.['text/event-stream'] !== undefined;

const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });

const CALLERS: Readonly<Record<Role, string>> = {
  operator: bearer({ sub: 'olaf', role: 'operator' }),
  merchant: bearer({ sub: 'mia', role: 'merchant', store: 'kiln-and-cup' }),
  shopper: bearer({ sub: 'alice', role: 'shopper' }),
};

let stage: PayHttp;
/** The order that was placed last. */
let order: string | null = null;
let count = 0;

withStage('file', PayHttp.serve, (made) => (stage = made));

/** The header of one who may call; an operator rather than a merchant, who may do less. */
function callerOf({ security }: Route): Record<string, string> {
  const roles = security.flatMap(({ bearer: listed = [] }) => listed) as Role[];
  if (security.length === 0) return {};
  const role = roles.includes('operator') ? 'operator' : (roles[0] ?? 'shopper');
  return { authorization: CALLERS[role] };
}

function pathOf({ path, parameters = [] }: Route): string {
  const values = parameters.filter((parameter) => parameter.in === 'path');
  const ofOrder = order === null ? [] : [['order', order] as const];
  const known = new Map([...values.map((v) => [v.name, String(v.example)] as const), ...ofOrder]);
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known.get(name)!);
}

/** The query of the required parameters, each with the first value that it may have. */
function queryOf({ parameters = [] }: Route): string {
  const query = new URLSearchParams();
  for (const { in: place, name, required, schema } of parameters) {
    if (place === 'query' && required) query.set(name, String(schema.enum![0]));
  }
  return query.size === 0 ? '' : `?${query}`;
}

async function send(route: Route): Promise<Response> {
  const example = route.requestBody?.content['application/json']?.example;
  return fetch(`${stage.server.origin}${pathOf(route)}${queryOf(route)}`, {
    method: route.method.toUpperCase(),
    headers: {
      ...callerOf(route),
      'idempotency-key': `example-${++count}`,
      ...(example === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(example === undefined ? {} : { body: JSON.stringify(example) }),
  });
}

/** What the document does not say of an answer. */
async function undocumented(route: Route, answer: Response): Promise<string[]> {
  const where = `${route.operationId} ${answer.status}`;
  const text = await answer.text();
  const told = route.responses[answer.status];
  if (!told) return [`${where}: ${text}`];
  const type = answer.headers.get('content-type')?.split(';', 1)[0];
  if (told.content === undefined) return text === '' ? [] : [`${where}: has a body`];
  const content =
    told.content[type ?? ''] ?? told.content[answer.headers.get('content-type') ?? ''];
  if (!content) return [`${where}: is ${type}`];
  if (!type!.endsWith('json')) return [];
  const body = JSON.parse(text) as { id?: string };
  if (route.operationId === 'placeOrder' && answer.ok) order = body.id!;
  const { components } = document;
  const check = ajv.compile({ ...content.schema, components });
  return check(body) ? [] : [`${where}: ${ajv.errorsText(check.errors)}: ${text}`];
}

/** Pays on the page of the sandbox, and waits until the order is paid. */
async function pay(url: string): Promise<void> {
  const body = new URLSearchParams({ outcome: 'authorize' });
  await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const headers = { authorization: CALLERS.shopper };
  const isPaid = async () => {
    const answer = await fetch(`${stage.server.origin}/v1/orders/${order}`, { headers });
    return ((await answer.json()) as { state: string }).state === 'paid';
  };
  await until(isPaid, { describe: 'the order is paid' });
}

const said: string[] = [];
const failed: string[] = [];

/** Sends an example; one that has a body must succeed. */
async function say(name: string): Promise<void> {
  const route = routes.get(name)!;
  const answer = await send(route);
  const copy = answer.clone();
  said.push(name);
  failed.push(...(await undocumented(route, answer)));
  if (route.requestBody && !copy.ok) failed.push(`${name}: ${await copy.text()}`);
  else if (name === 'startPayment') await pay(((await copy.json()) as { url: string }).url);
}

beforeAll(async () => {
  const named = new Set([...FIRST, ...LAST]);
  const rest = [...routes.values()].filter((route) => !isStream(route));
  const others = rest.map(({ operationId }) => operationId).filter((name) => !named.has(name));
  const reading = others.filter((name) => routes.get(name)!.method === 'get');
  const writing = others.filter((name) => routes.get(name)!.method !== 'get');
  for (const name of [...FIRST, ...reading, ...writing, ...LAST]) await say(name);
});

test('every example is sent, and each one with a body succeeds', () => {
  const streams = [...routes.values()].filter(isStream).map(({ operationId }) => operationId);
  expect(new Set([...said, ...streams])).toEqual(new Set(routes.keys()));
  expect(failed.filter((line) => line.includes('{"type":"/problems/'))).toEqual([]);
});

test('every answer is as the document says', () => {
  expect(failed).toEqual([]);
});
