import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Time } from '../../platform/time.ts';
import type { OnTurnedAway } from '../deps.ts';

export interface ConnectionOptions {
  readonly time: Pick<Time, 'every'>;
  /** Connections at once; more are dropped. */
  readonly max: number;
  readonly onTurnedAway: OnTurnedAway;
  /** Bytes that one connection may leave unread; default: 8 MiB. */
  readonly maxUnreadBytes?: number;
  /** Bytes that all connections together may leave unread; default: 128 MiB. */
  readonly maxAllUnreadBytes?: number;
}

/**
 * A connection on which no byte moves for this long is closed, unless a slow answer is under way.
 * It is longer than any other answer takes, and than the pause between two signs of life of a
 * stream.
 */
export const STILL_MS = 20_000;
const SWEEP_MS = 1_000;
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const MAX_ALL_UNREAD_BYTES = 128 * 1024 * 1024;
/** Requests that may wait on a connection behind one that is not fully answered. */
const MAX_PIPELINED = 4;

/** What an open connection has not read yet. */
interface Unread {
  readonly socket: Socket;
  readonly bytes: number;
}

/**
 * Bounds what the open connections hold: their number, the answers that their clients do not read,
 * and the requests that a client sends before it has read the answers to earlier ones.
 */
export class Connections {
  readonly #options: ConnectionOptions;
  /** Each open connection with the bytes it had not read at the last sweep. */
  readonly #open = new Map<Socket, number>();
  /** Answers that wait behind another answer of their connection. */
  readonly #pipelined = new Map<Socket, Set<ServerResponse>>();

  /** The last slow answer of a connection. */
  readonly #slow = new WeakMap<Socket, ServerResponse>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** @returns what ends the sweeps */
  watch(server: Server): () => void {
    const { max, time, onTurnedAway } = this.#options;
    server.maxConnections = max;
    server.on('drop', () => onTurnedAway('cut', 'too_many_connections'));
    server.on('connection', (socket) => {
      this.#open.set(socket, 0);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#pipelined.delete(socket);
      });
    });
    // Idle connections end here, too. With a listener, Node leaves it to us to close them.
    server.on('timeout', (socket) => {
      const isUnread = unreadOf(socket) > 0;
      // The next byte of the answer starts the timer again.
      if (!isUnread && this.#slow.get(socket)?.writableEnded === false) return;
      if (isUnread) onTurnedAway('cut', 'stalled_reader');
      socket.destroy();
    });
    return time.every(SWEEP_MS, () => this.sweep());
  }

  /** Lets a connection be still until this answer begins: its route has a bound of its own. */
  awaitSlow(socket: Socket, response: ServerResponse): void {
    this.#slow.set(socket, response);
  }

  /**
   * Admits a request whose answer must wait for an earlier one of the same connection.
   * @returns false when too many wait already: the connection is closed
   */
  admitsPipelined(socket: Socket, response: ServerResponse): boolean {
    const waiting = this.#pipelined.get(socket) ?? new Set();
    if (waiting.size >= MAX_PIPELINED || socket.destroyed) {
      if (!socket.destroyed) this.#cut(socket, 'pipelined');
      return false;
    }
    this.#pipelined.set(socket, waiting.add(response));
    response.once('close', () => waiting.delete(response));
    return true;
  }

  /**
   * Closes connections that leave too much unread; a client that reads on is spared. A connection
   * between two requests has a timer of Node's; each other one gets its timer here.
   */
  sweep(): void {
    const { maxUnreadBytes = MAX_UNREAD_BYTES, maxAllUnreadBytes = MAX_ALL_UNREAD_BYTES } =
      this.#options;
    const behind: Unread[] = [];
    let allBytes = 0;
    for (const [socket, bytesBefore] of this.#open) {
      // Not when it opens: most requests are answered between two sweeps and need no timer.
      if (!socket.timeout) socket.setTimeout(STILL_MS);
      const bytes = this.#bytesOf(socket);
      this.#open.set(socket, bytes);
      allBytes += bytes;
      if (bytesBefore > 0 && bytes >= bytesBefore) behind.push({ socket, bytes });
    }
    for (const { socket, bytes } of behind.toSorted((one, other) => other.bytes - one.bytes)) {
      if (bytes <= maxUnreadBytes && allBytes <= maxAllUnreadBytes) return;
      allBytes -= bytes;
      this.#cut(socket, 'unread_bytes');
    }
  }

  #bytesOf(socket: Socket): number {
    const waiting = this.#pipelined.get(socket);
    let bytes = unreadOf(socket);
    for (const response of waiting ?? []) {
      // An answer whose turn it is has the socket, and counts the bytes of the socket, too.
      if (response.socket === null) bytes += response.writableLength;
    }
    return bytes;
  }

  #cut(socket: Socket, why: string): void {
    this.#options.onTurnedAway('cut', why);
    socket.destroy();
  }
}

const unreadOf = ({ writableLength }: Socket): number => writableLength;
