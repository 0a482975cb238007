import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ProxiedConnection } from './proxied-connection.ts';
import type { Loss } from './proxied-connection.ts';

/** A server, at a port or at the path of its Unix socket. */
export type Target = { readonly host: string; readonly port: number } | { readonly socket: string };

/** Stands between clients and a server, as a network that can be told to fail. */
export class TcpProxy {
  readonly port: number;
  readonly #listener: Server;
  readonly #connections = new Set<ProxiedConnection>();
  /** Clients whose handshake was lost. */
  readonly #unheard = new Set<Socket>();
  readonly #network: { loss: Loss | null; drawDelayMs: (() => number) | null } = {
    loss: null,
    drawDelayMs: null,
  };
  #target: Target;
  #isRefusing = false;
  /** The half-open windows that are not over. */
  #windows = 0;

  private constructor(listener: Server, target: Target) {
    this.#listener = listener;
    this.#target = target;
    this.port = (listener.address() as AddressInfo).port;
    listener.on('connection', (client) => this.#accept(client));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(target: Target): Promise<TcpProxy> {
    const listener = createServer({ allowHalfOpen: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new TcpProxy(listener, target);
  }

  /** Resets the open connections; new ones reach another server. */
  leadTo(target: Target): void {
    this.#target = target;
    this.cut();
  }

  /** Resets the open connections. */
  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  /** While it refuses, it resets new connections. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  /**
   * Bytes vanish, of open and of new connections, until the next call. That call resets each
   * connection that lost some, because TCP never goes on after a gap.
   */
  drop(loss: Loss | null): void {
    this.#network.loss = loss;
    for (const connection of this.#connections) if (connection.hasGap) connection.cut();
  }

  /**
   * The host behind the address dies, and another takes over after `ms`: connections that are open
   * by then stay silent for good, without a reset. Later connections work.
   */
  async halfOpen(ms: number): Promise<void> {
    this.#windows++;
    for (const connection of this.#connections) connection.fallSilent();
    await wait(ms);
    this.#windows--;
  }

  /**
   * Bytes take time, in both directions. The bytes of one connection stay in order, and those of
   * different connections overtake each other when the times differ.
   * @param drawMs draws the time of the next bytes, in ms; null: they take none
   */
  delay(drawMs: (() => number) | null): void {
    this.#network.drawDelayMs = drawMs;
  }

  async stop(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.cut();
    for (const client of this.#unheard) client.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) return void client.on('error', () => {}).resetAndDestroy();
    if (this.#windows > 0) return this.#ignore(client);
    const server = connect({ ...addressOf(this.#target), allowHalfOpen: true });
    const connection = new ProxiedConnection(client, server, this.#network, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }

  #ignore(client: Socket): void {
    this.#unheard.add(client);
    client.on('error', () => {}).on('close', () => this.#unheard.delete(client));
    client.resume();
  }
}

const addressOf = (target: Target): { host: string; port: number } | { path: string } =>
  'socket' in target ? { path: target.socket } : target;
