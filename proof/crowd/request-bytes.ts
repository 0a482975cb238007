import type { Purchase } from './purchases.ts';

/** The target of every request of a rush. */
export interface Target {
  readonly host: string;
  readonly path: string;
}

const bodies = new Map<string, string>();

function bodyOf({ offer, quantity }: Purchase): string {
  if (offer.body !== undefined) return offer.body;
  const name = `${offer.id} ${quantity}`;
  let body = bodies.get(name);
  if (!body) {
    body = JSON.stringify({ lines: [{ offer: offer.id, quantity }] });
    bodies.set(name, body);
  }
  return body;
}

/** The request of a purchase: the same bytes at every try. */
export function requestBytes({ host, path }: Target, purchase: Purchase): Buffer {
  const body = bodyOf(purchase);
  const head =
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n` +
    `Authorization: Bearer ${purchase.token}\r\nIdempotency-Key: ${purchase.key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}
