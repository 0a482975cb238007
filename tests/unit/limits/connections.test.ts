import { EventEmitter, once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Connections } from '../../../src/http/limits/connections.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { LiveFigures } from '../../../src/service/terms/live-figures.ts';
import { bearer, emptyReport, saleView, type Changes } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

const MIB = 1024 * 1024;

/** The api on a port. `ticks` runs the timers of its second clock. */
async function listening(changes: Changes = {}) {
  const turnedAway: string[] = [];
  const outcomes: string[] = [];
  const ticks: (() => void)[] = [];
  const every = (ms: number, task: () => void) => {
    if (ms !== 1_000) return systemTime.every(ms, task);
    ticks.push(task);
    return () => {};
  };
  const app = await start({
    time: { ...systemTime, every },
    onTurnedAway: (reason, subject) => turnedAway.push(`${reason} ${subject}`),
    onAnswered: (route, outcome) => outcomes.push(`${route} ${outcome}`),
    ...changes,
  });
  const accepted: Socket[] = [];
  app.server.on('connection', (socket) => accepted.push(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const dial = async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  return {
    app,
    accepted,
    dial,
    turnedAway,
    outcomes,
    sweep: () => ticks.forEach((tick) => tick()),
  };
}

/** All that arrives until the server closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(socket, 'close');
  return text;
}

const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nhost: shop\r\n${headers}\r\n`;

/** The sockets of a server that only says what happens to them. */
function standInServer() {
  const server = new EventEmitter();
  const open = (writableLength: number) => {
    const socket = Object.assign(new EventEmitter(), {
      writableLength,
      timeout: 0,
      destroyed: false,
      setTimeout: (ms: number) => {
        socket.timeout = ms;
      },
      destroy: () => {
        socket.destroyed = true;
        socket.emit('close');
      },
    });
    server.emit('connection', socket);
    return socket;
  };
  return { server: server as Server, open };
}

describe('bytes that never become a request', () => {
  test.each([
    ['not HTTP', 'HELLO\r\n\r\n', 400, 'invalid'],
    [
      'headers over 16 KiB',
      get('/healthz', `x: ${'x'.repeat(17_000)}\r\n`),
      431,
      'headers_too_large',
    ],
  ])('%s: the answer is a problem, and it is counted', async (_what, bytes, status, code) => {
    const { dial, outcomes } = await listening();
    const socket = await dial();
    socket.write(bytes);
    const [head, body] = (await untilClosed(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body!)).toMatchObject({ status, code });
    expect(outcomes).toEqual([`none ${code}`]);
  });

  test('a request that does not arrive in time is answered 408', async () => {
    const { dial, outcomes } = await listening({ requestTimeoutMs: 20 });
    const socket = await dial();
    socket.write('GET /healthz HTTP/1.1\r\nhost: sh');
    const text = await untilClosed(socket);
    expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(text).toContain('"code":"too_slow"');
    expect(outcomes).toEqual(['none too_slow']);
  });
});

describe('a connection', () => {
  test('beyond the configured number is dropped, and that is counted', async () => {
    const limits = { ...readConfig({}), maxConnections: 1 };
    const { dial, turnedAway } = await listening({ limits });
    const first = await dial();
    const second = await dial();
    await once(second, 'close');
    expect(turnedAway).toEqual(['cut too_many_connections']);
    first.destroy();
  });

  test('with more than a few requests behind an unfinished answer is closed', async () => {
    const asked: string[] = [];
    const release = Promise.withResolvers<void>();
    const { dial, turnedAway } = await listening({
      ordersOf: async (sale) => {
        asked.push(sale);
        await release.promise;
        return [];
      },
    });
    const { authorization } = bearer('shopper');
    const one = get('/v1/sales/friday/orders', `authorization: ${authorization}\r\n`);
    const polite = await dial();
    polite.write(one.repeat(5));
    const greedy = await dial();
    greedy.write(one.repeat(50));
    await once(greedy, 'close');
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(turnedAway).toEqual(['cut pipelined']);
    release.resolve();
    let text = '';
    polite.on('data', (bytes: Buffer) => (text += bytes.toString()));
    while (text.split('HTTP/1.1 200').length <= 5) await once(polite, 'data');
    polite.destroy();
  });

  test.each(['/no/such/path', '/docs/js/scalar.js'])(
    'with more than a few requests for %s behind each other is closed',
    async (path) => {
      const { dial, turnedAway } = await listening();
      const greedy = await dial();
      greedy.write(get(path).repeat(50));
      greedy.resume();
      await once(greedy, 'close');
      expect(turnedAway).toEqual(['cut pipelined']);
    },
  );

  test('is not cut for an answer whose turn came: its bytes count once', () => {
    const cut: string[] = [];
    const onTurnedAway = (_reason: string, subject: string) => void cut.push(subject);
    const connections = new Connections({ time: systemTime, max: 10, onTurnedAway });
    const { open, server } = standInServer();
    connections.watch(server)();
    const socket = open(0);
    const response = Object.assign(new EventEmitter(), {
      socket: null as unknown,
      get writableLength() {
        return this.socket === null ? 5 * MIB : socket.writableLength;
      },
    });
    connections.admitsPipelined(socket as unknown as Socket, response as unknown as ServerResponse);
    response.socket = socket;
    socket.writableLength = 5 * MIB;
    connections.sweep();
    connections.sweep();
    expect(cut).toEqual([]);
    socket.writableLength = 9 * MIB;
    connections.sweep();
    expect(cut).toEqual(['unread_bytes']);
  });

  test('that leaves too much unread is closed at the second look, a brisk reader is not', () => {
    const cut: string[] = [];
    const connections = new Connections({
      time: systemTime,
      max: 10,
      onTurnedAway: (_reason, subject) => cut.push(subject),
      maxUnreadBytes: 4 * MIB,
      maxAllUnreadBytes: 12 * MIB,
    });
    const { open, server } = standInServer();
    connections.watch(server)();
    const [stalled, small, brisk] = [open(5 * MIB), open(3 * MIB), open(9 * MIB)];
    brisk.writableLength = 9 * MIB;
    connections.sweep();
    brisk.writableLength = 8 * MIB;
    connections.sweep();
    expect([stalled, small, brisk].map(({ destroyed }) => destroyed)).toEqual([true, false, false]);
    brisk.writableLength = 3 * MIB;
    const [last, largest] = [open(MIB), open(3.5 * MIB)];
    connections.sweep();
    last.writableLength = 3 * MIB;
    connections.sweep();
    expect([last, largest].map(({ destroyed }) => destroyed)).toEqual([false, true]);
    expect(small.destroyed).toBe(false);
    expect(cut).toEqual(['unread_bytes', 'unread_bytes']);
  });

  test('whose client does not read a long answer is closed', async () => {
    const { accepted, dial, turnedAway, sweep } = await listening({
      saleViewById: (id) => saleView(id, { name: 'x'.repeat(32 * MIB) }),
    });
    const socket = await dial();
    socket.pause();
    socket.write(get('/v1/sales/friday'));
    while (!accepted.some(({ writableLength }) => writableLength > 8 * MIB)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    sweep();
    expect(turnedAway).toEqual([]);
    sweep();
    expect(turnedAway).toEqual(['cut unread_bytes']);
    let bytes = 0;
    socket.on('data', (more: Buffer) => (bytes += more.length)).resume();
    await once(socket, 'close');
    expect(bytes).toBeLessThan(32 * MIB);
  });

  test('that is still for 20 s is closed, unless a slow answer is under way', async () => {
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { app, accepted, dial, turnedAway, sweep } = await listening({
      report: async (sale) => {
        asked.resolve();
        await release.promise;
        return emptyReport(sale);
      },
    });
    const socket = await dial();
    const { authorization } = bearer('operator');
    socket.write(get('/v1/sales/friday/report', `authorization: ${authorization}\r\n`));
    await asked.promise;
    const ours = accepted[0]!;
    sweep();
    expect(ours.timeout).toBe(20_000);
    app.server.emit('timeout', ours);
    expect(ours.destroyed).toBe(false);
    release.resolve();
    await once(socket, 'data');
    app.server.emit('timeout', ours);
    expect(ours.destroyed).toBe(true);
    expect(turnedAway).toEqual([]);
  });

  test('that waits for a next request keeps its longer limit, a new one gets 20 s', async () => {
    const { accepted, dial, sweep } = await listening();
    const [answered, silent] = [await dial(), await dial()];
    answered.write(get('/healthz'));
    await once(answered, 'data');
    sweep();
    expect(accepted.map(({ timeout }) => timeout)).toEqual([73_000, 20_000]);
    answered.destroy();
    silent.destroy();
  });
});

test('a caller may open 20 streams, and one that closes makes room', async () => {
  const figures: LiveFigures = { sale: 'friday', state: 'open', offers: [] };
  const { accepted, dial, turnedAway } = await listening({ liveFiguresById: () => figures });
  const stream = async (sub: string) => {
    const socket = await dial();
    const { authorization } = bearer('merchant', { sub });
    socket.write(get('/v1/sales/friday/events', `authorization: ${authorization}\r\n`));
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return { socket, status: Number(bytes.toString().slice(9, 12)), text: bytes.toString() };
  };
  const open = await Promise.all(Array.from({ length: 20 }, () => stream('m1')));
  expect(open.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const refused = await stream('m1');
  expect(refused.status).toBe(429);
  expect(refused.text).toContain('You have 20 streams open');
  expect((await stream('m2')).status).toBe(200);
  expect(turnedAway).toEqual(['limited streams']);
  const closed = once(accepted[0]!, 'close');
  open[0]!.socket.destroy();
  await closed;
  expect((await stream('m1')).status).toBe(200);
});
