import type { BuiltPages } from '../../platform/pages/built-file.ts';
import type { Time } from '../../platform/time.ts';
import { booksOf, createSandboxApp } from './app.ts';
import type { SandboxBooks } from './app.ts';
import { chances } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import { Books } from './books.ts';
import { Deliveries } from './deliveries.ts';

export interface SandboxServerOptions {
  /** Where its events go. */
  readonly eventsUrl: string;
  /** Signs them: `whsec_` and base64. */
  readonly secret: string;
  readonly behaviour?: Behaviour;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** Any free one unless given. */
  readonly port?: number;
  /** Seeds everything random; 1 unless given. */
  readonly seed?: number;
  /** Payments it remembers; 1,000,000 unless given. */
  readonly paymentsMax?: number;
  /** Has the page at which shoppers pay; default: it is not built. */
  readonly pages?: BuiltPages;
  readonly time: Time;
}

export interface SandboxServer {
  readonly url: string;
  books(): SandboxBooks;
  /** Replaces the whole behaviour from now on. */
  behave(behaviour: Behaviour): void;
  /** Sends the events held back. */
  release(): void;
  close(): Promise<void>;
}

/** Starts a payment provider without a bank behind it. */
export async function startSandbox(options: SandboxServerOptions): Promise<SandboxServer> {
  const { host = '127.0.0.1', port = 0, seed = 1, behaviour = {}, paymentsMax, time } = options;
  const { pages = new Map() } = options;
  let url = '';
  const deliveries = new Deliveries({ ...options, chance: chances(seed) });
  deliveries.behaviour = behaviour;
  const books = new Books({
    pageUrl: () => url,
    onEvent: (kind, payment, amountMinor) => deliveries.send(kind, payment, amountMinor),
    ...(paymentsMax === undefined ? {} : { paymentsMax }),
  });
  // A seed of its own: the order of events must not change what shoppers meet.
  const deps = { books, deliveries, chance: chances(seed + 1), time, pages };
  const app = createSandboxApp(deps);
  url = await app.listen({ host, port });
  return {
    url,
    books: () => booksOf(deps),
    behave: (next) => {
      deliveries.behaviour = next;
    },
    release: () => deliveries.release(),
    close: async () => {
      deliveries.close();
      await app.close();
    },
  };
}
