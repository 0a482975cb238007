import type { Socket } from 'node:net';

/** Which bytes of a connection vanish. */
export type Loss = 'requests' | 'replies' | 'both';

/** What a network does to the connections that cross it. */
export interface Network {
  readonly loss: Loss | null;
  /** Draws how long the next bytes take, in ms; null: no time. */
  readonly drawDelayMs: (() => number) | null;
}

/** One direction of a connection. */
interface Flow {
  readonly what: 'requests' | 'replies';
  readonly from: Socket;
  readonly to: Socket;
  /** On their way, the oldest first; null is the end of the stream. */
  readonly delayed: (Buffer | null)[];
  /** The time at which the last of them arrives. */
  dueMs: number;
}

/** After this long the host of a server resets a connection that fell silent, as keepalive does. */
const KEEPALIVE_MS = 20_000;

/** A connection of a client to a server, over a network that may fail. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #network: Network;
  #isSilent = false;
  #hasGap = false;

  /** Both sockets must allow that only one direction has ended. */
  constructor(client: Socket, server: Socket, network: Network, onClose: () => void) {
    this.#client = client;
    this.#server = server;
    this.#network = network;
    this.#join('requests', client, server);
    this.#join('replies', server, client);
    const hasClosed = () => client.closed && server.closed;
    for (const end of [client, server]) end.on('close', () => hasClosed() && onClose());
  }

  /** Whether it lost bytes. TCP never goes on after a gap. */
  get hasGap(): boolean {
    return this.#hasGap;
  }

  /** Resets both ends. */
  cut(): void {
    reset(this.#client);
    reset(this.#server);
  }

  /** From now on each end hears nothing of the other: neither bytes nor the end of the stream. */
  fallSilent(): void {
    this.#isSilent = true;
    for (const end of [this.#client, this.#server]) end.resume();
    setTimeout(() => reset(this.#server), KEEPALIVE_MS).unref();
  }

  #join(what: Flow['what'], from: Socket, to: Socket): void {
    const flow: Flow = { what, from, to, delayed: [], dueMs: 0 };
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => this.#carry(flow, chunk));
    from.on('end', () => this.#carry(flow, null));
    from.on('error', () => {});
    from.on('close', (hadError) => {
      if (hadError && !this.#isSilent) reset(to);
    });
  }

  #carry(flow: Flow, chunk: Buffer | null): void {
    if (this.#isSilent) return;
    const { loss, drawDelayMs } = this.#network;
    if (loss === 'both' || loss === flow.what) {
      this.#hasGap = true;
      return;
    }
    if (drawDelayMs === null && flow.delayed.length === 0) return this.#deliver(flow, chunk);
    const nowMs = performance.now();
    flow.dueMs = Math.max(flow.dueMs, nowMs + (drawDelayMs?.() ?? 0));
    flow.delayed.push(chunk);
    setTimeout(() => this.#deliver(flow, flow.delayed.shift()!), flow.dueMs - nowMs);
  }

  /** A sender waits while its receiver takes no more. */
  #deliver({ from, to }: Flow, chunk: Buffer | null): void {
    if (this.#isSilent || to.destroyed) return;
    if (chunk === null) return void to.end();
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }
}

/** A Unix socket knows no reset. */
function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
