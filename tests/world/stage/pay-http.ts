import { expect } from 'vitest';
import type { RefundLine, RefundView } from '../../../src/domain/refunds/refund.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sendEventsTo } from '../../../src/process/start-own-sandbox.ts';
import type { PaymentAnswer } from '../../../src/provider/sandbox-messages.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import type { VectorInput } from '../../vectors/adapter.ts';
import { HttpShop, operator } from './http-shop.ts';
import { until } from '../servers/wait-until.ts';
import { Example, cartOf } from './vector-example.ts';
import type { World } from '../servers/world.ts';
import { newWebhookSecret } from '../../../proof/builders/secrets.ts';

const SECRET = newWebhookSecret();

/** A paid order of an example, and an operator’s refunds of it. */
export class PaidExample {
  readonly example: Example;
  readonly id: string;
  /** The payment at the sandbox; null when the total is 0. */
  readonly #payment: string | null;

  constructor(example: Example, id: string, payment: string | null) {
    this.example = example;
    this.id = id;
    this.#payment = payment;
  }

  read() {
    return this.example.read(this.id);
  }

  async refund(lines: readonly RefundLine[], key: string) {
    const path = `/v1/orders/${this.id}/refunds`;
    const headers = { authorization: operator, 'idempotency-key': key };
    const answer = await this.example.shop.send({ path, headers, body: { lines } });
    const text = await answer.text();
    expect({ status: answer.status, text }).toMatchObject({ status: 201 });
    const replayed = answer.headers.get('idempotency-replayed');
    return { text, view: JSON.parse(text) as RefundView, replayed };
  }

  /** Waits until the sandbox has refunded this. @returns captured − refunded, in minor units */
  async kept(refundedMinor: number): Promise<number> {
    if (this.#payment === null) return 0;
    const path = this.#payment;
    const describe = `the sandbox refunds ${refundedMinor}`;
    const seen = await until(
      async () => {
        const answer = (await (await fetch(path)).json()) as PaymentAnswer;
        return answer.refunded >= refundedMinor && answer;
      },
      { describe },
    );
    expect(seen).toMatchObject({ state: 'captured', order: this.id });
    return seen.amount - seen.refunded;
  }
}

/** The HTTP interface and a worker, with a sandbox that sends signed events by HTTP. */
export class PayHttp {
  readonly server: HttpShop;
  readonly sandbox: SandboxServer;

  private constructor(server: HttpShop, sandbox: SandboxServer) {
    this.server = server;
    this.sandbox = sandbox;
  }

  static async serve(world: World): Promise<PayHttp> {
    const sandbox = await startSandbox({
      time: systemTime,
      eventsUrl: 'http://127.0.0.1:1/',
      secret: SECRET,
    });
    const provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [SECRET] });
    const server = await HttpShop.serve(world, { provider });
    await sendEventsTo(sandbox.url, `${server.origin}/v1/payment-events`);
    server.shop.worker.settler.start();
    server.shop.worker.chores.start();
    return new PayHttp(server, sandbox);
  }

  /** Orders, settles and pays an example’s cart. */
  async sell(input: VectorInput): Promise<PaidExample> {
    const example = await Example.open(this.server, input);
    const { id, total } = await example.placed(cartOf(input));
    const payment = total === 0 ? null : await this.#pay(await example.payAt(id));
    const isPaid = async () => (await example.read(id)).state === 'paid';
    await until(isPaid, { describe: 'the order is paid' });
    return new PaidExample(example, id, payment);
  }

  /** Pays as the shopper does, on the page. @returns the address of the payment */
  async #pay(url: string): Promise<string> {
    const body = new URLSearchParams({ outcome: 'authorize' });
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(303);
    return url.replace('/pay/', '/payments/');
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.sandbox.close();
  }
}
