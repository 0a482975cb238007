import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** One request as it reached the stand-in. */
export interface Asked {
  /** `POST /v1/refunds` */
  readonly line: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

export interface Reply {
  readonly status: number;
  readonly body: object;
}

export const ok = (body: object): Reply => ({ status: 200, body });
export const refusal = (status: number, error: object): Reply => ({ status, body: { error } });
export const listOf = (...data: object[]): Reply =>
  ok({ object: 'list', url: '/v1/refunds', has_more: false, data });

/** A payment intent of 9.90 CNY, which is received in full once it has succeeded. */
export const intent = (status: string) => ({
  ...{ id: 'pi_1', object: 'payment_intent', status, amount: 990, currency: 'cny' },
  amount_received: status === 'succeeded' ? 990 : 0,
});

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** Stands in for Stripe’s API: gives a test’s replies by method and path, else 404. */
export class StripeStandIn {
  replies: Record<string, Reply | 'hang up'> = {};
  asked: Asked[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const form = await formOf(request);
      const line = `${request.method} ${request.url}`;
      const { 'idempotency-key': key, authorization } = request.headers;
      this.asked.push({ line, key: key as string | undefined, authorization, form });
      const reply = this.replies[line.split('?')[0] ?? ''];
      if (reply === 'hang up') return request.socket.destroy();
      const { status, body } = reply ?? refusal(404, { code: 'unexpected' });
      response.writeHead(status, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(body));
    });
  }

  static async start(): Promise<StripeStandIn> {
    const standIn = new StripeStandIn();
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
