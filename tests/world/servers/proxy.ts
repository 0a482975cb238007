import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';

/**
 * Faults of a connection: `cut_on_request` cuts it before the next request reaches the server,
 * `cut_on_reply` before the next reply reaches the client; `hold` keeps replies until released;
 * `blackhole` silently drops everything in both directions.
 */
export type Fault = 'cut_on_request' | 'cut_on_reply' | 'hold' | 'blackhole';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The text that the client has sent so far. */
  heard: string;
  held: Buffer[];
  fault: Fault | null;
}

/** Stands between a client and a Redis, and can be told to fail. */
export class Proxy {
  readonly url: string;
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  #target: URL;
  #heardBefore = '';

  private constructor(listener: Server, targetUrl: string) {
    const { port } = listener.address() as AddressInfo;
    this.#listener = listener;
    this.#target = new URL(targetUrl);
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(targetUrl: string): Promise<Proxy> {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const proxy = new Proxy(listener, targetUrl);
    listener.on('connection', (client) => {
      const { port, hostname } = proxy.#target;
      proxy.#join(client, connect(Number(port), hostname));
    });
    return proxy;
  }

  /** Cuts every connection; from now on clients reach another server. */
  leadTo(targetUrl: string): void {
    this.#target = new URL(targetUrl);
    for (const pair of this.#pairs) this.#part(pair);
  }

  /** Sets a fault on the open connections of this client name; null clears it. */
  strike(name: string, fault: Fault | null): void {
    const struck = [...this.#pairs].filter(({ heard }) => heard.includes(name));
    if (struck.length === 0) throw new Error(`no connection is called ${name}`);
    for (const pair of struck) {
      pair.fault = fault;
      if (fault === null) for (const chunk of pair.held.splice(0)) pair.client.write(chunk);
    }
  }

  /** How often clients have sent a word, over all connections so far. */
  timesHeard(word: string): number {
    const said = [this.#heardBefore, ...[...this.#pairs].map(({ heard }) => heard)];
    return said.reduce((sum, text) => sum + text.split(word).length - 1, 0);
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) this.#part(pair);
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = { client, server, heard: '', held: [], fault: null };
    this.#pairs.add(pair);
    client.on('data', (chunk) => this.#onRequest(pair, chunk));
    server.on('data', (chunk) => this.#onReply(pair, chunk));
    for (const end of [client, server]) {
      end.on('error', () => {});
      end.on('close', () => this.#part(pair));
    }
  }

  #onRequest(pair: Pair, chunk: Buffer): void {
    if (pair.fault === 'cut_on_request') return this.#part(pair);
    if (pair.fault === 'blackhole') return;
    pair.heard += chunk.toString('latin1');
    pair.server.write(chunk);
  }

  #onReply(pair: Pair, chunk: Buffer): void {
    if (pair.fault === 'cut_on_reply') return this.#part(pair);
    if (pair.fault === 'blackhole') return;
    if (pair.fault === 'hold') pair.held.push(chunk);
    else pair.client.write(chunk);
  }

  #part(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    this.#heardBefore += `${pair.heard}\n`;
    pair.client.destroy();
    pair.server.destroy();
  }
}
