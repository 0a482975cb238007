import type { Redis } from 'ioredis';
import { cellName } from '../../src/domain/ids.ts';
import type { CellId } from '../../src/domain/ids.ts';

/** Everything in a cell's keys, in every epoch: type and content by key, bytes as latin1. */
export type Dump = Readonly<Record<string, { readonly type: string; readonly content: unknown }>>;

type Bytes = Buffer | readonly Bytes[];

const text = (bytes: Bytes): unknown =>
  Buffer.isBuffer(bytes) ? bytes.toString('latin1') : bytes.map(text);

async function hashContent(redis: Redis, key: string): Promise<[field: string, value: string][]> {
  const flat = text((await redis.callBuffer('HGETALL', key)) as Bytes) as string[];
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return pairs.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** A stream's entries, its last id, and the number of entries ever added, trimmed ones included. */
async function streamContent(redis: Redis, key: string): Promise<unknown> {
  const entries = text((await redis.callBuffer('XRANGE', key, '-', '+')) as Bytes);
  const facts = (await redis.call('XINFO', 'STREAM', key)) as unknown[];
  const fact = (name: string) => facts[facts.indexOf(name) + 1];
  return { entries, last: fact('last-generated-id'), added: fact('entries-added') };
}

async function contentOf(redis: Redis, key: string, type: string): Promise<unknown> {
  if (type === 'hash') return hashContent(redis, key);
  if (type === 'stream') return streamContent(redis, key);
  if (type === 'string') return redis.get(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  throw new Error(`${key} is a ${type}, which no cell has`);
}

/** Reads every key of a cell. If two dumps are equal, nothing was written between them. */
export async function dumpCell(redis: Redis, cell: CellId): Promise<Dump> {
  const keys = await redis.keys(`{${cellName(cell)}}:*`);
  const dump: Record<string, Dump[string]> = {};
  for (const key of keys.toSorted()) {
    const type = await redis.type(key);
    dump[key] = { type, content: await contentOf(redis, key, type) };
  }
  return dump;
}
