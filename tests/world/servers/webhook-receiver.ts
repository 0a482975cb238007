import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in. */
export interface Received {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly body: { type: string; timestamp: string; data: Record<string, any> };
}

/** Answers with this status; null: leaves the request hanging. */
export type Answer = (received: Received, response: ServerResponse) => number | null;

/** A customer’s server for webhooks, at a local port. */
export class Receiver {
  readonly received: Received[] = [];
  /** May be changed at any time. */
  answer: Answer = () => 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The ids of the deliveries that came, each once, in the order of their first arrival. */
  get names(): string[] {
    return [...new Set(this.received.map(({ id }) => id))];
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const headers = request.headers as Record<string, string>;
    const id = headers['webhook-id'] ?? '';
    const received = { id, headers, text, body: JSON.parse(text) as Received['body'] };
    this.received.push(received);
    const status = this.answer(received, response);
    if (status !== null) response.writeHead(status).end();
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
