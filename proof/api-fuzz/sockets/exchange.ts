import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ARRIVE_WITHIN_MS } from '../world/fuzz-world.ts';
import type { Attack } from './attacks.ts';
import { parseAnswers } from './parse-answers.ts';
import type { Parsed } from './parse-answers.ts';

export interface Exchange extends Parsed {
  /** The service closed the connection, or both did. */
  readonly isClosed: boolean;
}

/** The service looks once a second for requests that do not arrive; a busy machine is later. */
const PATIENCE_MS = 4_000;
export const END_WITHIN_MS = 2 * ARRIVE_WITHIN_MS + PATIENCE_MS;
const HEAD_END = '\r\n\r\n';

/** Sends an attack over a connection of its own, and reads until it is over. */
export async function exchange(port: number, attack: Attack): Promise<Exchange> {
  const { end, isHead = false, isStream = false, most } = attack;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received: Buffer[] = [];
  const read = (isClosed: boolean) => parseAnswers(Buffer.concat(received), isClosed, isHead);
  const isServed = (): boolean =>
    isStream ? Buffer.concat(received).includes(HEAD_END) : read(false).answers.length >= most;
  // A client that has all its answers leaves.
  const leave = () => (isStream ? socket.destroy() : socket.end());
  const closed = new AbortController();
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes);
    if (end === 'stays' && isServed()) leave();
  });
  // The service may close the connection while we still send.
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('close', () => closed.abort());
  await unlessAborted(closed.signal, () => send(socket, attack, closed.signal));
  if (end === 'half-closes') socket.end();
  if (end === 'cuts') socket.destroy();
  await unlessAborted(closed.signal, () => wait(END_WITHIN_MS, null, { signal: closed.signal }));
  const isClosed = closed.signal.aborted;
  socket.destroy();
  return { ...read(true), isClosed };
}

/** Waits for work that a signal may end early. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  await work().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

async function send(
  socket: ReturnType<typeof connect>,
  { parts }: Attack,
  signal: AbortSignal,
): Promise<void> {
  for (const part of parts) {
    if (typeof part === 'number') await wait(part, null, { signal });
    else if (socket.writable) socket.write(part, 'latin1');
  }
}
