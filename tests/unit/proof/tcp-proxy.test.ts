import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { until } from '../../world/servers/wait-until.ts';

/** Answers each chunk with its name and the chunk. */
class Echo {
  readonly sockets = new Set<Socket>();
  readonly listener: Server;
  #heard = '';

  constructor(name: string) {
    this.listener = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
      socket.on('data', (chunk) => {
        this.#heard += chunk.toString();
        socket.write(`${name}:${chunk.toString()}`);
      });
    });
  }

  get heard(): string {
    return this.#heard;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  async listen(...at: [port: number, host: string] | [path: string]): Promise<this> {
    this.listener.listen(...(at as [number, string]));
    await once(this.listener, 'listening');
    return this;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }
}

/** A client of the proxy, which keeps what it hears. */
class Client {
  readonly socket: Socket;
  heard = '';
  /** How the connection ended, such as `ECONNRESET`. */
  ended: string | null = null;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => (this.heard += chunk.toString()));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.ended = error.code ?? ''));
    this.socket.on('close', () => (this.ended ??= 'end'));
  }

  async asks(text: string, reply: string): Promise<void> {
    this.socket.write(text);
    await until(() => this.heard.endsWith(reply), { describe: `${text} is answered` });
  }

  hasEnded(): Promise<string> {
    return until(() => this.ended, { describe: 'the connection ends' });
  }
}

let server: Echo;
let proxy: TcpProxy;
let clients: Client[];

const connected = async (): Promise<Client> => {
  const client = new Client(proxy.port);
  clients.push(client);
  await client.asks('hello', 'one:hello');
  return client;
};

beforeEach(async () => {
  clients = [];
  server = await new Echo('one').listen(0, '127.0.0.1');
  proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.port });
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await proxy.stop();
  server.close();
});

test('bytes pass both ways, however many', async () => {
  const client = await connected();
  const text = 'x'.repeat(3_000_000);
  client.socket.write(text);
  await until(() => client.heard.length >= text.length, { describe: 'all of it comes back' });
  expect(server.heard).toBe(`hello${text}`);
});

test('a server that takes no more makes the client wait', async () => {
  const client = await connected();
  const [atServer] = [...server.sockets];
  atServer!.pause();
  let sent = 5;
  const describe = 'bytes wait at the client';
  await until(
    () => {
      client.socket.write('x'.repeat(1_000_000));
      sent += 1_000_000;
      return client.socket.writableLength > 5_000_000;
    },
    { describe },
  );
  atServer!.resume();
  await until(() => server.heard.length === sent, { describe: 'they arrive' });
});

test('the end of a stream reaches the other side, after the last byte', async () => {
  const client = await connected();
  client.socket.end('bye');
  expect(await client.hasEnded()).toBe('end');
  expect(client.heard).toBe('one:helloone:bye');
  await until(() => server.sockets.size === 0, { describe: 'the server sees the end' });
});

test('a cut resets open connections, and new ones work', async () => {
  const client = await connected();
  proxy.cut();
  expect(await client.hasEnded()).toBe('ECONNRESET');
  await connected();
});

test('a proxy that refuses resets new connections and keeps open ones', async () => {
  const open = await connected();
  proxy.refuse(true);
  const refused = new Client(proxy.port);
  expect(await refused.hasEnded()).toBe('ECONNRESET');
  await open.asks('more', 'one:more');
  proxy.refuse(false);
  await connected();
});

test('dropped replies were requests that the server served', async () => {
  const client = await connected();
  proxy.drop('replies');
  client.socket.write('order');
  await until(() => server.heard === 'helloorder', { describe: 'the server has the request' });
  expect(client.heard).toBe('one:hello');
  proxy.drop(null);
  expect(await client.hasEnded()).toBe('ECONNRESET');
  expect(client.heard).toBe('one:hello');
});

test('dropped requests never reach the server, and a connection that lost none lives', async () => {
  const [asking, idle] = [await connected(), await connected()];
  proxy.drop('requests');
  asking.socket.write('order');
  // A connection made after the request: once it is open, the request has arrived as well.
  const late = new Client(proxy.port);
  clients.push(late);
  late.socket.write('late');
  await until(() => server.sockets.size === 3, { describe: 'new connections open' });
  await until(() => late.socket.bytesWritten === 4, { describe: 'the late request is sent' });
  expect(server.heard).toBe('hellohello');
  proxy.drop(null);
  await idle.asks('more', 'one:more');
  expect(server.heard).toBe('hellohellomore');
});

test('half-open: open connections are silent for good, without an end; new ones work', async () => {
  const [old, ending] = [await connected(), await connected()];
  const inWindow = new Client(proxy.port);
  clients.push(inWindow);
  const over = proxy.halfOpen(20);
  const late = new Client(proxy.port);
  clients.push(late);
  for (const { socket } of [old, inWindow, late]) socket.write('lost');
  ending.socket.end();
  [...server.sockets][0]!.write('lost as well');
  await over;
  old.socket.write('later');
  const { heard } = await connected();
  expect(heard).toBe('one:hello');
  [...server.sockets][0]!.destroy();
  await connected();
  expect([old, ending, inWindow, late].map((client) => client.ended)).toEqual(Array(4).fill(null));
  expect([old, ending, inWindow, late].map((client) => client.heard)).toEqual([
    'one:hello',
    'one:hello',
    '',
    '',
  ]);
  expect(server.heard).toBe('hellohello'.repeat(2));
});

test('delayed bytes of a connection stay in order, and its end comes last', async () => {
  const client = await connected();
  const delays = [30, 1, 20, 1];
  proxy.delay(() => delays.shift() ?? 0);
  client.socket.setNoDelay(true);
  for (const text of ['a', 'b', 'c']) {
    client.socket.write(text);
    const sent = client.socket.bytesWritten;
    await until(() => client.socket.bytesWritten >= sent, { describe: `${text} is sent` });
  }
  client.socket.end();
  await client.hasEnded();
  expect(server.heard).toBe('helloabc');
  expect(client.heard.replaceAll('one:', '')).toBe('helloabc');
});

test('a proxy that leads elsewhere resets open connections and sends new ones there', async () => {
  const client = await connected();
  const other = await new Echo('two').listen(0, '127.0.0.1');
  try {
    proxy.leadTo({ host: '127.0.0.1', port: other.port });
    expect(await client.hasEnded()).toBe('ECONNRESET');
    const moved = new Client(proxy.port);
    clients.push(moved);
    await moved.asks('hello', 'two:hello');
  } finally {
    other.close();
  }
});

test('a server that is down is a reset, and one at a Unix socket is reached', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorbuster-proxy-'));
  const socket = join(folder, 'server.sock');
  proxy.leadTo({ socket });
  const refused = new Client(proxy.port);
  expect(await refused.hasEnded()).toBe('ECONNRESET');
  const local = await new Echo('one').listen(socket);
  try {
    const client = await connected();
    proxy.cut();
    expect(await client.hasEnded()).toBe('ECONNRESET');
    await until(() => local.sockets.size === 0, { describe: 'the server loses the connection' });
  } finally {
    local.close();
    rmSync(folder, { recursive: true });
  }
});
