import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { OrderId, ShopperId } from '../../../src/domain/ids.ts';
import type { EventOutcome, PaymentAlert } from '../../../src/domain/payment.ts';
import type { Offer } from '../../../src/domain/sale.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { startPayment } from '../../../src/service/orders/start-payment.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { receivePaymentEvent } from '../../../src/service/orders/receive-payment-event.ts';
import { makeProviderCalls } from '../../../src/service/orders/make-provider-calls.ts';
import type { ProviderCallsDeps } from '../../../src/service/orders/make-provider-calls.ts';
import { Shop } from './shop.ts';
import { until } from '../servers/wait-until.ts';
import type { World } from '../servers/world.ts';
import { newWebhookSecret } from '../../../proof/builders/secrets.ts';

const SECRET = newWebhookSecret();

/** A shop with a sandbox for payments, which sends its events by real HTTP. */
export class PayShop {
  readonly shop: Shop;
  readonly sandbox: SandboxServer;
  readonly provider: PaymentProvider;
  readonly alerts: PaymentAlert[] = [];
  /** The outcomes of events, or codes of problems, in the order of the answers. */
  readonly outcomes: string[] = [];
  readonly #listener: Server;
  #gate: Promise<void> = Promise.resolve();

  private constructor(shop: Shop, sandbox: SandboxServer, listener: Server) {
    this.shop = shop;
    this.sandbox = sandbox;
    this.provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [SECRET] });
    this.#listener = listener;
  }

  static async open(world: World, offers: readonly Offer[]): Promise<PayShop> {
    const shop = await Shop.create(world);
    await shop.open(offers);
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const eventsUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    const payShop = new PayShop(
      shop,
      await startSandbox({ time: systemTime, eventsUrl, secret: SECRET }),
      listener,
    );
    listener.on('request', async (request, reply) => {
      await payShop.#gate;
      reply.writeHead(await payShop.#hear(request)).end();
    });
    return payShop;
  }

  /** Places and settles an order of one unit of `a`. */
  async order(shopper = 'u1'): Promise<OrderId> {
    const placed = (await this.shop.buy({ shopper })) as Placed;
    await this.shop.settleAll();
    return placed.order.id;
  }

  start(
    order: string,
    {
      shopper = 'u1',
      provider = this.provider as PaymentProvider | null,
      returnUrl = null as string | null,
    } = {},
  ) {
    const deps = { ...this.shop.api, provider, onCallsDue: () => {} };
    return startPayment(deps, order, shopper as ShopperId, returnUrl);
  }

  /** Starts a payment. @throws when it is refused */
  async startSurely(order: string) {
    const started = await this.start(order);
    if ('code' in started) throw new Error(JSON.stringify(started));
    return started.view;
  }

  /** Lets the shopper pay, or be declined. */
  async visit(url: string | undefined, outcome: 'authorize' | 'decline' = 'authorize') {
    const body = new URLSearchParams({ outcome });
    const answer = await fetch(url!, { method: 'POST', body, redirect: 'manual' });
    if (answer.status !== 303) throw new Error(`the sandbox answers ${answer.status}`);
  }

  /** @param provider the sandbox’s, or one that wraps it */
  makeProviderCalls(
    provider: PaymentProvider = this.provider,
    options: Pick<ProviderCallsDeps, 'signal' | 'onProgress'> = {},
  ): Promise<number> {
    return makeProviderCalls({
      ...options,
      pool: this.shop.worker.pool,
      provider,
      courier: { push: async () => {} },
      time: systemTime,
      onAlert: (alert) => this.alerts.push(alert),
      onError: (error) => console.error(error),
    });
  }

  /** Waits until this many events in all have been answered. */
  heard(events: number): Promise<unknown> {
    const describe = `${events} events were answered`;
    return until(() => this.outcomes.length >= events, { describe });
  }

  /** Keeps events waiting at the door. @returns what lets them in */
  holdEvents(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  /** Runs a query. @returns the first column of the only row */
  async one<T>(text: string, ...values: unknown[]): Promise<T> {
    const { rows } = await this.shop.worker.pool.query({ text, values, rowMode: 'array' });
    return rows[0]![0] as T;
  }

  orderState(order: string): Promise<string> {
    return this.one('select state from orders where id = $1', order);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    this.#listener.close();
    await this.shop.close();
  }

  async #hear(request: IncomingMessage): Promise<number> {
    const deps = {
      pool: this.shop.api.pool,
      provider: this.provider,
      courier: { push: async () => {} },
      onCallsDue: () => {},
      onAlert: (alert: PaymentAlert) => this.alerts.push(alert),
    };
    const taken = await receivePaymentEvent(deps, await buffer(request), request.headers);
    const outcome: EventOutcome | string = 'code' in taken ? taken.code : taken.outcome;
    this.outcomes.push(outcome);
    return 'code' in taken ? 401 : 200;
  }
}
