import { answerOf, connect, getOrder, placeOrder, startPayment } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { signFor } from '../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { readLocalEnv } from '../../../src/platform/embedded/local-servers.ts';
import { makeWorkingCopy } from '../programs/working-copy.ts';
import type { WorkingCopy } from '../programs/working-copy.ts';
import { ServiceRun } from '../servers/service-run.ts';

const SALE = {
  sale: { id: 'eleven', ...saleBody({ name: 'Double Eleven' }) },
  offers: [
    {
      id: 'charger',
      ...offerBody({ title: 'USB charger', price: 15_900, store: 'lumen', cap: 100 }),
    },
    { id: 'bowls', ...offerBody({ title: 'Rice bowls, six', price: 10_900, cap: 200 }) },
  ],
};

/** An order of a shopper, whose payment has begun. */
export interface BegunPayment {
  /** The page of the sandbox. */
  readonly url: string;
  /** The page of the order in the shop. */
  readonly returnUrl: string;
  /** Of the shopper. */
  readonly token: string;
  /** The state of the order. */
  state(): Promise<string>;
  /** @returns the page of the payment that is under way, or else of a new one */
  payAgain(): Promise<string | undefined>;
}

/** The service as `npm start` runs it: on its own servers, with its own sandbox, and a sale. */
export class OwnService {
  readonly origin: string;
  /** The secret that the service generated. */
  readonly #secret: string;
  readonly #run: ServiceRun;
  readonly #copy: WorkingCopy;
  #shoppers = 0;

  private constructor(origin: string, secret: string, run: ServiceRun, copy: WorkingCopy) {
    this.origin = origin;
    this.#secret = secret;
    this.#run = run;
    this.#copy = copy;
  }

  static async start(): Promise<OwnService> {
    const copy = makeWorkingCopy();
    const none = { REDIS_URL: '', DATABASE_URL: '', SIGN_IN_URL: '', JWT_SECRET: '' };
    const run = new ServiceRun([], none, copy.folder);
    try {
      const origin = await run.url();
      const { jwtSecret } = readLocalEnv(copy.folder)!;
      await new SaleAdmin(origin, jwtSecret).open(SALE);
      return new OwnService(origin, jwtSecret, run, copy);
    } catch (error) {
      await run.discard();
      copy.remove();
      throw error;
    }
  }

  /** Buys two things as a new shopper, and begins to pay. */
  async beginPayment(): Promise<BegunPayment> {
    const sub = `shopper-${++this.#shoppers}`;
    const token = signFor(this.#secret, { sub, role: 'shopper' });
    const client = connect({ url: this.origin, token: () => token });
    const lines = [
      { offer: 'charger', quantity: 1 },
      { offer: 'bowls', quantity: 2 },
    ];
    const headers = { 'Idempotency-Key': 'the-order' };
    const path = { sale: SALE.sale.id };
    const { id: order } = await answerOf(placeOrder({ client, path, headers, body: { lines } }));
    const returnUrl = `${this.origin}/s/${SALE.sale.id}/orders/${order}`;
    const asked = { client, path: { order }, body: { returnUrl } };
    const { url } = await answerOf(startPayment(asked));
    if (url === undefined) throw new Error('the payment has no page');
    const state = async () => (await answerOf(getOrder({ client, path: { order } }))).state;
    const payAgain = async () => (await answerOf(startPayment(asked))).url;
    return { url, returnUrl, token, state, payAgain };
  }

  async close(): Promise<void> {
    this.#run.signal('SIGTERM');
    await this.#run.ended;
    this.#copy.remove();
  }
}
