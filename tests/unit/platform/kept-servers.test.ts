import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeptServers } from '../../../src/platform/embedded/kept-servers.ts';
import type { KeepObserver, KeptServer } from '../../../src/platform/embedded/kept-servers.ts';
import type { Time } from '../../../src/platform/time.ts';

let folder: string;
/** What the observer was told, and each look and start. */
let told: string[];
let nowMs: number;
let look: () => Promise<unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorbuster-kept-'));
  [told, nowMs] = [[], 0];
});
afterEach(() => rmSync(folder, { recursive: true }));

const time: Pick<Time, 'repeat' | 'monotonic'> = {
  monotonic: () => nowMs,
  repeat: (task) => {
    look = task;
    return { stop: async () => {} };
  },
};

const observer: KeepObserver = {
  onEnded: () => told.push('ended'),
  onBack: () => told.push('back'),
  onError: (error) => told.push(error.message),
};

/** A server that has ended, and does not start until it is whole. */
class BrokenServer implements KeptServer {
  readonly name = 'Redis';
  readonly lookMs: number;
  isWhole = false;
  readonly looksAtMs: number[] = [];
  readonly startsAtMs: number[] = [];
  #isUp = false;

  constructor(lookMs = 500) {
    this.lookMs = lookMs;
  }

  isRunning = async () => {
    this.looksAtMs.push(nowMs);
    return this.#isUp;
  };

  start = async () => {
    this.startsAtMs.push(nowMs);
    if (!this.isWhole) throw new Error('does not start');
    this.#isUp = true;
    return { stop: async () => {} };
  };
}

/** Lets time pass, in the steps in which the loop looks. */
async function pass(ms: number): Promise<void> {
  for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 500) await look();
}

function keep(server: KeptServer): void {
  new KeptServers([server], join(folder, 'lock'), time).keep(observer);
}

test('a server that cannot be started is tried ever more seldom, and told once', async () => {
  const server = new BrokenServer();
  keep(server);
  await pass(60_000);
  const pauses = server.startsAtMs.slice(1).map((ms, i) => ms - server.startsAtMs[i]!);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000]);
  expect(told).toEqual(['ended', 'does not start']);
  server.isWhole = true;
  await pass(10_000);
  expect(told).toEqual(['ended', 'does not start', 'back']);
  await pass(10_000);
  expect(told).toHaveLength(3);
});

test('a server is looked at as seldom as it asks for', async () => {
  const server = new BrokenServer(2_000);
  server.isWhole = true;
  keep(server);
  await pass(500);
  const looks = server.looksAtMs.length;
  await pass(8_000);
  expect(server.looksAtMs.slice(looks)).toEqual([2_000, 4_000, 6_000, 8_000]);
});
