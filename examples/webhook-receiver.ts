/**
 * A receiver of webhooks. It verifies each signature, takes each event once, and answers before it
 * does any work. Endpoints are https addresses on the public internet, so put a tunnel or your load
 * balancer in front of it. The answer that creates an endpoint has its secret:
 *
 *   curl -X PUT $SALE/webhooks/shop -H "Authorization: Bearer $TOKEN" \
 *     -H 'Content-Type: application/json' \
 *     -d '{"url":"https://hooks.shop.example/","kinds":["order.placed","order.paid"]}'
 *   WEBHOOK_SECRET=whsec_... node_modules/.bin/node examples/webhook-receiver.ts
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../client/index.ts';

export interface ReceiverOptions {
  /** Of the endpoint, as the service gave it: `whsec_…`. */
  readonly secret: () => string;
  /** Is told of each event once. What it does must not take long, or it belongs in a queue. */
  readonly onEvent: (event: WebhookEvent) => void;
}

const NO_CONTENT = 204;
const UNAUTHORIZED = 401;

/** Checks the signature over the bytes that came, and that they are not old. */
function verified(secret: string, request: IncomingMessage, body: string): WebhookEvent | null {
  try {
    const headers = request.headers as Record<string, string>;
    return new Webhook(secret).verify(body, headers) as WebhookEvent;
  } catch {
    return null;
  }
}

/** Serves the endpoint; the caller lets it listen. */
export function receiver({ secret, onEvent }: ReceiverOptions): Server {
  // An event may come again. Keep these ids beside your orders, as long as events may repeat.
  const taken = new Set<string>();
  return createServer((request, response) => {
    void text(request).then((body) => {
      const event = verified(secret(), request, body);
      response.writeHead(event ? NO_CONTENT : UNAUTHORIZED).end();
      const id = String(request.headers['webhook-id']);
      if (!event || taken.has(id)) return;
      taken.add(id);
      onEvent(event);
    });
  });
}

if (import.meta.main) {
  const secret = process.env['WEBHOOK_SECRET'];
  if (!secret) throw new Error('WEBHOOK_SECRET must be the secret of the endpoint');
  const onEvent = ({ type, timestamp, data }: WebhookEvent) =>
    void process.stdout.write(`${timestamp} ${type} ${JSON.stringify(data)}\n`);
  receiver({ secret: () => secret, onEvent }).listen(3001, '127.0.0.1');
}
