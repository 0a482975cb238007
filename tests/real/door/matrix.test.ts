import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLES } from '../../../src/domain/people/actor.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { App } from '../../../src/http/deps.ts';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import type { RouteFacts } from '../../../src/http/catalogue/facts.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { DoorStage } from '../../world/stage/door-stage.ts';
import { OWNERSHIPS, examples, idsOf } from './examples.ts';
import type { Example, Ids, Ownership } from './examples.ts';

let world: World;
let stage: DoorStage;
let app: App;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  stage = await DoorStage.open(world);
  app = stage.app;
});
afterAll(async () => {
  await stage?.close();
});

const CALLERS = ['no token', 'a bad token', ...ROLES] as const;
type Caller = (typeof CALLERS)[number];

const isRole = (caller: Caller): caller is Role => ROLES.some((role) => role === caller);

/** The tokens of the one whose things are `own`, and of the one whose things are `foreign`. */
const tokens = {
  own: {
    shopper: bearer({ sub: 'u1', role: 'shopper' }),
    merchant: bearer({ sub: 'm1', role: 'merchant', store: 'store-1' }),
    operator: bearer({ sub: 'ops', role: 'operator' }),
  },
  other: {
    shopper: bearer({ sub: 'u2', role: 'shopper' }),
    merchant: bearer({ sub: 'm2', role: 'merchant', store: 'store-2' }),
  },
  outsider: bearer({ sub: 'm3', role: 'merchant', store: 'store-3' }),
} as const;

function authorizationOf(caller: Caller): string | undefined {
  if (caller === 'no token') return undefined;
  return caller === 'a bad token' ? 'Bearer x.y.z' : tokens.own[caller];
}

/** What a caller may reach through a route; a number: the status of every refusal. */
function reachOf(
  { who }: RouteFacts,
  { isForPublic }: Example,
  caller: Caller,
): 'own' | 'any' | number {
  if (who === 'tokenless') return 'any';
  if (caller === 'a bad token') return 401;
  if (who === 'anyone') return caller === 'operator' && !isForPublic ? 'any' : 'own';
  if (caller === 'no token') return 401;
  const reach = who[caller];
  if (reach === undefined) return 403;
  return reach === 'any' ? 'any' : 'own';
}

function statusFor(facts: RouteFacts, example: Example, caller: Caller, whose: Ownership): number {
  const reach = reachOf(facts, example, caller);
  if (typeof reach === 'number') return reach;
  if (example.of === 'nothing' || whose === 'own') return example.done;
  if (whose === 'foreign' && reach === 'any') return example.done;
  return example.absent ?? 404;
}

interface Sent {
  readonly label: string;
  readonly example: Example;
  readonly whose: Ownership;
  readonly role?: Role;
  /** The store that a body names. */
  readonly store?: string;
  readonly authorization?: string | undefined;
}

interface Said {
  readonly status: number;
  /** The names of the headers. */
  readonly headers: string;
  readonly text: string;
}

/** Things of store-2 and of the shopper u2, which nobody else sees. */
const OTHERS = /\b(cup|note|theirs|store-2|u2)\b/;

let keys = 0;

async function send({ label, example, whose, ...sent }: Sent): Promise<Said> {
  const { role = 'operator', store = whose === 'foreign' ? 'store-2' : 'store-1' } = sent;
  const [method, pattern] = label.split(' ') as ['GET', string];
  const named = idsOf(example, whose);
  const [order, delivery] = [stage.orderId(named['order']!), deliveryOf(pattern, named, sent)];
  const ids = { ...named, order, delivery };
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => ids[name as 'order']!);
  const url = `${path}${example.query ?? ''}`;
  const { authorization } = sent;
  const answer = await app.inject({
    method,
    url,
    payloadAsStream: true,
    headers: {
      'idempotency-key': `k${++keys}`,
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(example.body ? { payload: example.body({ ids, role, store }) } : {}),
  });
  const isStream = example.isStream && answer.statusCode === 200;
  if (isStream) answer.stream().destroy();
  const text = isStream ? '' : await readAll(answer.stream());
  const headers = Object.keys(answer.headers).toSorted().join();
  return { status: answer.statusCode, headers, text };
}

/** The delivery of the endpoint that a request names, or, for a foreign one, of its owner's. */
function deliveryOf(pattern: string, { webhook }: Ids, { role, store }: Partial<Sent>): string {
  const scope = pattern.includes(':sale') ? 'shared' : null;
  const owner = webhook === 'theirs' ? 'store-2' : role === 'merchant' ? store! : null;
  return stage.deliveryId(scope, owner, webhook!);
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** A problem without the id of its request. */
const problemOf = ({ text, ...said }: Said) => ({ ...said, ...JSON.parse(text), instance: '' });

const labels = Object.keys(catalogue);
let answered = 0;

test('the table has an example of every route, and of nothing else', () => {
  expect(Object.keys(examples).toSorted()).toEqual(labels.toSorted());
});

test.each(labels)('%s', async (label) => {
  const [facts, example] = [catalogue[label]!, examples[label]!];
  for (const caller of CALLERS) {
    const said = new Map<Ownership, Said>();
    for (const whose of OWNERSHIPS) {
      const role = isRole(caller) ? caller : 'operator';
      const store = role === 'merchant' ? { store: 'store-1' } : {};
      const authorization = authorizationOf(caller);
      const answer = await send({ label, example, whose, role, ...store, authorization });
      const what = `${caller}, ${whose}: ${answer.text}`;
      expect(answer.status, what).toBe(statusFor(facts, example, caller, whose));
      const isTheirs = typeof facts.who === 'object' && role !== 'operator' && whose === 'own';
      if (isTheirs && answer.status < 300) expect(answer.text, what).not.toMatch(OTHERS);
      said.set(whose, answer);
      answered++;
    }
    const [foreign, absent] = [said.get('foreign')!, said.get('absent')!];
    const isRefused = foreign.status >= 400 && foreign.status === absent.status;
    if (isRefused) expect(problemOf(foreign), caller).toEqual(problemOf(absent));
  }
});

test.each(labels)('the foreign thing of %s exists for its owner', async (label) => {
  const [{ who }, example] = [catalogue[label]!, examples[label]!];
  if (typeof who !== 'object' || example.of === 'nothing') return;
  for (const role of ['shopper', 'merchant'] as const) {
    // No shopper sees a draft.
    if (who[role] === undefined || (role === 'shopper' && example.of === 'sale')) continue;
    const authorization = tokens.other[role];
    const sent = { label, example, whose: 'foreign', role, store: 'store-2' } as const;
    const answer = await send({ ...sent, authorization });
    expect(answer.status, `${role}: ${answer.text}`).toBe(example.done);
  }
});

test.each(labels)('%s refuses a store that is no member of a sale that all see', async (label) => {
  const [{ who }, example] = [catalogue[label]!, examples[label]!];
  if (typeof who !== 'object' || who.merchant === undefined) return;
  const sent = { label, example, whose: 'own', role: 'merchant', store: 'store-3' } as const;
  const answer = await send({ ...sent, authorization: tokens.outsider });
  expect(answer.status, answer.text).toBe(example.outsider ?? 404);
});

afterAll(() => {
  const [routes, callers, ownerships] = [labels, CALLERS, OWNERSHIPS].map(({ length }) => length);
  const percent = (100 * answered) / (routes! * callers! * ownerships!);
  console.log(
    `access: ${routes} routes × ${callers} callers × ${ownerships} ownerships: ` +
      `${answered} answers as the catalogue says, ${percent.toFixed(0)} %`,
  );
});
