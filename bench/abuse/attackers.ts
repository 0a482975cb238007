import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';
import type { AttackPlan, AttackTally, AttackWay } from './attack-plan.ts';

/** Opens, uses and counts the connections of a flood. */
export class Attacker {
  readonly #plan: AttackPlan;
  readonly #got: Record<string, number> = {};
  /** In the order in which they were opened. */
  readonly #open = new Set<Socket>();
  /** Connections that wait for no answer; only of the way `answers`. */
  readonly #idle: Socket[] = [];
  #tries = 0;

  constructor(plan: AttackPlan) {
    this.#plan = plan;
  }

  get tally(): AttackTally {
    return { tries: this.#tries, got: { ...this.#got } };
  }

  /** Makes one try, in the plan's way. */
  attempt(): void {
    const { requests, way } = this.#plan;
    WAYS[way](this, requests[this.#tries % requests.length]!);
    this.#tries++;
  }

  end(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Sends a request on an idle connection, or on a new one. */
  ask(request: string): void {
    const socket = this.#idle.pop() ?? this.#connection();
    if (socket) socket.write(request, 'latin1');
    else this.#count('held back');
  }

  /** Sends a request on a connection of its own, and keeps a stream that it gets. */
  stream(request: string): void {
    const socket = this.#socket();
    if (!socket) return this.#count('held back');
    let isKept = false;
    const head = (status: number) => {
      isKept = status === 200;
      this.#count(`status ${status}`);
      if (!isKept) socket.destroy();
    };
    const reader = new AnswerReader({ head, answer: () => {} });
    socket.on('data', (chunk) => reader.read(chunk));
    socket.write(request, 'latin1');
  }

  /** Sends on a new connection that is never read; the oldest one makes room for it. */
  stall(request: string): void {
    if (this.#isFull) {
      const [oldest] = this.#open;
      this.#open.delete(oldest!);
      oldest!.destroy();
    }
    const socket = this.#socket()!;
    socket.pause();
    socket.write(request, 'latin1');
    this.#count('stalled');
  }

  get #isFull(): boolean {
    return this.#open.size >= this.#plan.connections;
  }

  #connection(): Socket | null {
    const socket = this.#socket();
    if (!socket) return null;
    const answer = (status: number) => {
      this.#count(`status ${status}`);
      this.#idle.push(socket);
    };
    const reader = new AnswerReader({ answer });
    socket.on('data', (chunk) => reader.read(chunk));
    socket.once('close', () => {
      const at = this.#idle.indexOf(socket);
      if (at >= 0) this.#idle.splice(at, 1);
      else this.#count('cut');
    });
    return socket;
  }

  /** @returns null when the plan allows no more connections */
  #socket(): Socket | null {
    if (this.#isFull) return null;
    const { url, addresses } = this.#plan;
    const { hostname: host, port } = new URL(url);
    const localAddress = addresses[this.#tries % addresses.length]!;
    const socket = connect({ host, port: Number(port), localAddress });
    this.#open.add(socket);
    // The end of a connection is counted by its closing.
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  }

  #count(kind: string): void {
    this.#got[kind] = (this.#got[kind] ?? 0) + 1;
  }
}

const WAYS: Readonly<Record<AttackWay, (attacker: Attacker, request: string) => void>> = {
  answers: (attacker, request) => attacker.ask(request),
  streams: (attacker, request) => attacker.stream(request),
  stalls: (attacker, request) => attacker.stall(request),
};
