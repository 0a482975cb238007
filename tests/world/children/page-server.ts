/**
 * Serves a sale of 10,000 offers from memory, in a process of its own, so that its memory can be
 * measured. It sends its port, and then, for each message, its requests and its memory in bytes.
 */
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../src/http/app.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { httpDeps } from '../../unit/http/http-deps.ts';
import { manyOffers } from '../../unit/pages/many-offers.ts';

const OFFERS = 10_000;

const limits = readConfig({ RATE_LIMITS: 'off' });
const app = await createApp(httpDeps({ limits, ...manyOffers(OFFERS) }));
await app.listen({ host: '127.0.0.1', port: 0 });

let requests = 0;
app.server.on('request', () => requests++);
process.on('message', () => {
  globalThis.gc?.();
  process.send!({ requests, bytes: process.memoryUsage().rss });
});
process.send!((app.server.address() as AddressInfo).port);
