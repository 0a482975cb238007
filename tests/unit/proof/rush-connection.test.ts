import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WireClient } from '../../../proof/crowd/autocannon-client.ts';
import { Gate } from '../../../proof/crowd/gate.ts';
import { Pacer } from '../../../proof/crowd/pacer.ts';
import { Purchases } from '../../../proof/crowd/purchases.ts';
import { Connection } from '../../../proof/crowd/rush-connection.ts';
import type { RushPlan } from '../../../proof/crowd/rush-plan.ts';
import { Tally } from '../../../proof/crowd/tally.ts';
import { Journal, readJournal } from '../../../proof/checker/journal.ts';

let folder: string;
let server: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-rush-'));
  server = createServer((_, reply) => {
    reply.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"one"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function planOf(url: string): RushPlan {
  return {
    ...{ urls: [url], sale: 'sale', tokensFile: '', journalFile: join(folder, 'journal') },
    ...{ seed: 1, connections: 1, repeatShare: 0, overLimitShare: 0, retry: true, pace: null },
    offers: [{ id: 'cup', weight: 1, limitPerShopper: 1 }],
    length: { purchases: 1 },
    deadlineSeconds: 60,
  };
}

/** Opens the gate when the connection is cut, before a new one is there. */
function openWhenCut(client: WireClient, gate: Gate): void {
  const connect = client._connect;
  let calls = 0;
  client._connect = () => {
    connect();
    if (++calls === 2) gate.open();
  };
}

test('a request that was held when its connection was cut is sent once', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.once('connection', (socket) => socket.destroy());
  const plan = planOf(url);
  const gate = new Gate(() => {});
  gate.shut();
  const rush = {
    target: { host: new URL(url).host, path: '/' },
    purchases: new Purchases(plan, [{ shopper: 'one', tokens: ['token'] }]),
    journal: new Journal(plan.journalFile),
    tally: new Tally({ fromMs: 0, toMs: Infinity }),
    pacer: new Pacer(null),
    gate,
    retry: true,
  };
  const setupClient = (client: autocannon.Client) => {
    void new Connection(rush, client as WireClient, 0);
    openWhenCut(client as WireClient, gate);
  };
  await autocannon({ url, method: 'POST', connections: 1, duration: 60, setupClient });
  rush.journal.close();
  const numbers: string[] = [];
  for await (const { kind, connection, number } of readJournal(plan.journalFile)) {
    numbers.push(`${kind} ${connection} ${number}`);
  }
  expect(numbers).toEqual(['request 0 1', 'answer 0 1']);
});
