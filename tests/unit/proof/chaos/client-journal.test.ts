import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Dice } from '../../../../proof/builders/dice.ts';
import {
  ClientJournal,
  exchangesOf,
  readClientJournal,
} from '../../../../proof/chaos/clients/client-journal.ts';
import { JournalledAsker } from '../../../../proof/chaos/clients/journalled-asker.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorbuster-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const look = { what: 'look', success: 'looked at', method: 'GET', url: '/orders/1' } as const;

test('a request is in the journal before it is sent, and its answer before the next', async () => {
  const file = join(folder, 'client.jsonl');
  const seen: number[] = [];
  const server = createServer((_, reply) => {
    seen.push(readFileSync(file, 'utf8').trimEnd().split('\n').length);
    if (seen.length === 2) reply.destroy();
    else reply.writeHead(seen.length === 1 ? 503 : 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apis = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
  const journal = new ClientJournal(file);
  const asker = new JournalledAsker({ journal, apis, dice: new Dice(1), tries: 3 });
  const told = await asker.ask(look);
  journal.close();
  server.close();
  expect(told).toMatchObject({ status: 200, isNew: false });
  expect(seen).toEqual([1, 3, 5]);
  const exchanges = await readClientJournal('client', file);
  expect(exchanges.map(({ name, end }) => [name, end?.line])).toEqual([
    ['client#1', 'answered'],
    ['client#2', 'cut'],
    ['client#3', 'answered'],
  ]);
});

test('a journal whose answer has no request is wrong', () => {
  const cut = { line: 'cut', number: 2, tookMs: 1, isLate: false } as const;
  expect(() => exchangesOf('client', [cut])).toThrow(RangeError);
});
