import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderEvent } from '../../../src/domain/payment.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';

/** Takes the events of a provider as the service would, and keeps those that verify. */
export interface EventReceiver {
  readonly url: string;
  readonly events: ProviderEvent[];
  /** The number of events that came, whatever the answer. */
  readonly received: number;
  /** Answers 503 to this many of the next events. */
  refuse(count: number): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function receiveEvents(
  verify: () => PaymentProvider['verify'],
): Promise<EventReceiver> {
  const events: ProviderEvent[] = [];
  let [received, refused] = [0, 0];
  const take = async (request: IncomingMessage): Promise<number> => {
    received += 1;
    const body = await bodyOf(request);
    if (refused > 0) {
      refused -= 1;
      return 503;
    }
    events.push(verify()(body, request.headers));
    return 204;
  };
  const server = createServer((request, response) => {
    void take(request)
      .catch(() => 400)
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/payment-events`,
    events,
    get received() {
      return received;
    },
    refuse: (count) => {
      refused = count;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
