import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../../world/servers/wait-until.ts';

const READERS = 500;
/** As many as may wait behind another, and more than that: these connections are closed. */
const PIPELINED = [5, 20];
const MIB = 1024 * 1024;

interface Reading {
  readonly requests: number;
  readonly bytes: number;
}

async function readingOf(server: ChildProcess): Promise<Reading> {
  server.send('read');
  const [reading] = (await once(server, 'message')) as [Reading];
  return reading;
}

/** Sends requests and reads nothing. */
async function stalledReader(port: number, requests: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  await once(socket, 'connect');
  socket.write('GET /v1/sales/friday HTTP/1.1\r\nhost: shop\r\n\r\n'.repeat(requests));
  return socket;
}

test('500 readers that stall, with 20 requests each, hold less than 50 MB', async () => {
  const program = new URL('../../world/children/page-server.ts', import.meta.url);
  const server = fork(program, { execArgv: ['--expose-gc'] });
  const sockets: Socket[] = [];
  try {
    const [port] = (await once(server, 'message')) as [number];
    const reader = await fetch(`http://127.0.0.1:${port}/v1/sales/friday`);
    const { offers, nextOffers } = (await reader.json()) as { offers: []; nextOffers: string };
    expect([offers.length, typeof nextOffers]).toEqual([100, 'string']);
    const before = await readingOf(server);
    const most: number[] = [];
    for (const requests of PIPELINED) {
      for (let i = 0; i < READERS; i++) sockets.push(await stalledReader(port, requests));
      const areAllIn = async () => {
        const reading = await readingOf(server);
        most.push(reading.bytes);
        return reading.requests >= sockets.length;
      };
      await until(areAllIn, { describe: 'every reader has asked' });
    }
    expect((Math.max(...most) - before.bytes) / MIB).toBeLessThan(50);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/sales`);
    expect(answer.status).toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.kill();
    await once(server, 'exit');
  }
});
