import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { EventReader, SharedEvents } from './event-reader.ts';
import type { Told } from './event-reader.ts';
import type { GroupTally, ListenGroup, ListenPlan } from './listen-plan.ts';

/** Streams of a group that may wait for their first event at once. */
const OPENING_MOST = 32;
const OK = 200;
/** All connections read into it, one after the other: what they read is never kept. */
const READ_BYTES = 64 * 1024;
const readInto = Buffer.alloc(READ_BYTES);

interface Listener {
  readonly socket: Socket;
  readonly heard: Set<string>;
  events: number;
}

/** Opens the streams of a group, reads all their events, and keeps only counts. */
export class Listeners {
  readonly #plan: Pick<ListenPlan, 'url' | 'offers'>;
  readonly #group: ListenGroup;
  readonly #listeners: Listener[] = [];
  readonly #shared = new SharedEvents();
  readonly #heard: Record<string, { listeners: number; lastMs: number }> = {};
  #events = 0;
  #cut = 0;
  #hasEnded = false;

  constructor(plan: Pick<ListenPlan, 'url' | 'offers'>, group: ListenGroup) {
    this.#plan = plan;
    this.#group = group;
    for (const offer of plan.offers) this.#heard[offer] = { listeners: 0, lastMs: 0 };
  }

  /** Resolves when each listener has its first event. @throws when one gets no stream */
  async open(): Promise<void> {
    const { listeners } = this.#group;
    let next = 0;
    const openInTurn = async (): Promise<void> => {
      while (next < listeners) await this.#openOne(next++);
    };
    await Promise.all(Array.from({ length: OPENING_MOST }, openInTurn));
  }

  tally(): GroupTally {
    const counts = this.#listeners.map(({ events }) => events);
    const least = counts.reduce((one, other) => Math.min(one, other), Infinity);
    return {
      open: this.#listeners.filter(({ socket }) => !socket.destroyed).length,
      cut: this.#cut,
      events: this.#events,
      fewest: counts.length === 0 ? 0 : least,
      most: counts.reduce((one, other) => Math.max(one, other), 0),
      heard: this.#heard,
    };
  }

  end(): void {
    this.#hasEnded = true;
    for (const { socket } of this.#listeners) socket.destroy();
  }

  #openOne(number: number): Promise<void> {
    const { audience, requests, addresses } = this.#group;
    const { hostname: host, port } = new URL(this.#plan.url);
    const localAddress = addresses[number % addresses.length]!;
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => {
        reject(new Error(`listener ${number} of ${audience}: ${why}`));
        socket.destroy();
      };
      const reader = new EventReader(this.#shared, {
        head: (status) => status !== OK && refuse(`status ${status}`),
        told: (told) => {
          this.#note(listener, told);
          if (listener.events > 0) resolve();
        },
      });
      const callback = (length: number): boolean => {
        reader.read(readInto.subarray(0, length));
        return true;
      };
      const onread = { buffer: readInto, callback };
      const socket = connect({ host, port: Number(port), localAddress, onread });
      const listener: Listener = { socket, heard: new Set(), events: 0 };
      this.#listeners.push(listener);
      socket.on('error', ({ message }) => refuse(message));
      socket.once('close', () => {
        if (!this.#hasEnded) this.#cut++;
        refuse('closed');
      });
      socket.write(requests[number % requests.length]!, 'latin1');
    });
  }

  #note(listener: Listener, { events, soldOut }: Told): void {
    listener.events += events;
    this.#events += events;
    for (const offer of soldOut) {
      const heard = this.#heard[offer];
      if (!heard || listener.heard.has(offer)) continue;
      listener.heard.add(offer);
      heard.listeners++;
      heard.lastMs = Date.now();
    }
  }
}
