import { afterEach, expect, test, vi } from 'vitest';
import { answerOf, getSale } from '../../../client/index.ts';
import { createConnection } from '../../../web/kit/api/connection.ts';
import type { EarlyRequest } from '../../../web/kit/api/early-answers.ts';
import { Network } from '../../../web/kit/api/network.ts';
import { Session } from '../../../web/kit/session/session.ts';
import { ServerClock } from '../../../web/kit/time/server-clock.ts';
import { FakeTime } from './fake-time.ts';

const ORIGIN = 'https://sales.example';
const SERVER_MS = Date.UTC(2026, 10, 11, 12);

const saleNamed = (name: string, status = 200) =>
  Response.json({ name }, { status, headers: { date: new Date(SERVER_MS).toUTCString() } });

/** A page whose first script has asked for a sale. */
function stage(token = '') {
  const time = new FakeTime(0);
  const early: { earlyRequests: EarlyRequest[] } = { earlyRequests: [] };
  const keep = { getItem: () => (token === '' ? null : token), setItem() {}, removeItem() {} };
  const session = new Session(keep, { path: '/', query: '', fragment: '', replace: () => {} });
  const sight = { isOnline: () => true, isSeen: () => true, onChange: () => () => {} };
  const clock = new ServerClock(time);
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return saleNamed('asked as usual');
  });
  const network = new Network(sight);
  const locale = () => 'en';
  const deps = { url: ORIGIN, session, clock, time, early, network, locale };
  const { read: client } = createConnection(deps);
  /** Asks early, and has the answer after 100 ms. */
  const askEarly = (of: string, response: Response | null) => {
    const [sentMs, receivedMs] = [time.monotonic(), time.monotonic() + 100];
    const came = Promise.resolve(response && { response, sentMs, receivedMs });
    early.earlyRequests.push({ url: `${ORIGIN}/v1/sales/eleven`, token: of, sentMs, came });
    time.pass(100);
  };
  const read = async () => (await answerOf(getSale({ client, path: { sale: 'eleven' } }))).name;
  return { time, clock, asked, askEarly, read };
}

afterEach(() => vi.unstubAllGlobals());

test('an answer that came early is read once, and the next read asks', async () => {
  const { asked, askEarly, read } = stage();
  askEarly('', saleNamed('came early'));
  expect(await read()).toBe('came early');
  expect(asked).toEqual([]);
  expect(await read()).toBe('asked as usual');
});

test('nobody reads what another visitor has asked for', async () => {
  const { askEarly, read } = stage('a-token');
  askEarly('', saleNamed('for guests'));
  askEarly('another-token', saleNamed('for somebody else'));
  expect(await read()).toBe('asked as usual');
  askEarly('a-token', saleNamed('for the visitor'));
  expect(await read()).toBe('for the visitor');
});

test('when no answer came early, or none that is fresh, the page asks', async () => {
  const { time, askEarly, read } = stage();
  askEarly('', null);
  expect(await read()).toBe('asked as usual');
  askEarly('', saleNamed('came early'));
  time.pass(10_000);
  expect(await read()).toBe('asked as usual');
});

test('an early answer tells the time when it came, not when it is read', async () => {
  const { time, clock, askEarly, read } = stage();
  askEarly('', saleNamed('came early'));
  time.pass(5_000);
  await read();
  const errorMs = Math.abs(clock.now() - (SERVER_MS + 5_000));
  expect(errorMs).toBeLessThanOrEqual(clock.errorMs!);
  expect(clock.errorMs).toBeLessThan(600);
});
