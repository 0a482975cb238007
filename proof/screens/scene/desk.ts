import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, patchOffer, putWebhook } from '../../../client/index.ts';
import type { PatchOfferData } from '../../../client/index.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { PEOPLE } from './scene.ts';
import type { Scene } from './scene.ts';

/** One of this number of deliveries finds the receiver busy. */
const BUSY_OF = 9;
const NO_CONTENT = 204;
const BUSY = 503;

/** Receives webhooks, and is busy now and then. @returns its address */
async function startReceiver(cleanup: Cleanup): Promise<string> {
  let count = 0;
  const server = createServer((request, answer) => {
    request.resume();
    answer.writeHead(++count % BUSY_OF === 0 ? BUSY : NO_CONTENT).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
}

const KINDS = ['order.placed', 'order.paid', 'order.refunded', 'stock.sold_out'] as const;

/** What mia and olaf changed, with their reasons. */
const CHANGES: readonly (readonly [
  who: 'mia' | 'olaf',
  offer: string,
  body: PatchOfferData['body'],
  reason: string,
])[] = [
  ['mia', 'teapot-600ml', { price: 11_900 }, 'The evening price'],
  ['mia', 'cake-stand', { cap: 60 }, 'Thirty were broken on their way'],
  ['olaf', 'earbuds', { limitPerShopper: 2 }, 'Somebody bought ten at once'],
  ['mia', 'tea-cups-4', { cap: 120 }, 'A second crate has come'],
];

/** The merchant and the operator set what they would set on such a day. */
export async function workAtDesk(scene: Scene, cleanup: Cleanup): Promise<void> {
  const sale = scene.eleven.sale.id;
  const receiver = await startReceiver(cleanup);
  const body = { url: receiver, kinds: [...KINDS] };
  const path = { sale, webhook: 'warehouse' };
  await answerOf(putWebhook({ client: scene.client(PEOPLE.mia), path, body }));
  for (const [who, offer, change, reason] of CHANGES) {
    const headers = { 'X-Change-Reason': reason };
    const client = scene.client(PEOPLE[who]);
    await answerOf(patchOffer({ client, path: { sale, offer }, headers, body: change }));
  }
}
