import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../../src/http/deps.ts';
import { ApiDocument } from '../../../proof/api-fuzz/document/api-document.ts';
import { fuzzRequests } from '../../../proof/api-fuzz/requests/fuzz-requests.ts';
import { fuzzSockets } from '../../../proof/api-fuzz/sockets/fuzz-sockets.ts';
import { openFuzzWorld } from '../../../proof/api-fuzz/world/fuzz-world.ts';
import type { FuzzWorld } from '../../../proof/api-fuzz/world/fuzz-world.ts';
import { Cleanup } from '../../../proof/fleet/cleanup.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const REQUESTS = 1_000;
const SOCKETS = 100;
const SEED = 1;

let world: World;
let fuzzed: FuzzWorld;
let document: ApiDocument;
const cleanup = new Cleanup();

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  fuzzed = await openFuzzWorld(world, cleanup);
  document = ApiDocument.of(fuzzed.wide);
});
afterAll(() => cleanup.run());

/** The answers of one operation are changed on their way. */
function lying(app: App, path: RegExp, lie: (answer: Answered) => object): App {
  const inject = async (request: { url: string }) => {
    const answer = await app.inject(request);
    return path.test(request.url) && answer.statusCode === 200 ? lie(answer) : answer;
  };
  return Object.create(app, { inject: { value: inject } }) as App;
}
type Answered = Awaited<ReturnType<App['inject']>>;

test('every answer to any request is as the document says', async () => {
  const { sent, bad, counts } = await fuzzRequests(fuzzed, document, {
    count: REQUESTS,
    seed: SEED,
  });
  expect(bad).toEqual([]);
  expect(sent).toBe(REQUESTS);
  const isAnswered = (id: string) => [...counts.keys()].some((key) => key.startsWith(`${id} `));
  const ids = document.operations.map(({ id }) => id);
  expect(ids.filter((id) => !isAnswered(id))).toEqual([]);
});

test('broken HTTP is answered well or the connection is closed, in time', async () => {
  const { opened, bad } = await fuzzSockets(fuzzed, document, { count: SOCKETS, seed: SEED });
  expect(bad).toBeNull();
  expect(opened).toBe(SOCKETS);
  expect(await fuzzed.audit()).toEqual([]);
});

test('a field that the document lacks is found, with the smallest request', async () => {
  const withField = (answer: Answered) => ({
    statusCode: 200,
    headers: answer.headers,
    rawPayload: Buffer.from(JSON.stringify({ ...answer.json(), extra: 1 })),
  });
  const wide = lying(fuzzed.wide, /^\/v1\/sales\/[^/]+\/wallet/, withField);
  const liar = { ...fuzzed, wide, narrow: wide };
  const { bad } = await fuzzRequests(liar, document, { count: 200, seed: SEED });
  expect(bad.map(({ request, why }) => [request.method, why])).toEqual([
    ['GET', [expect.stringContaining('{"additionalProperty":"extra"}')]],
  ]);
  expect(bad[0]!.request.url).toMatch(/wallet$/);
});
