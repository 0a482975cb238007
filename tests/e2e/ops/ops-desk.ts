import { Client } from 'pg';
import type { Page } from 'playwright-core';
import { answerOf, connect, getSale, placeOrder } from '../../../client/index.ts';
import type { GetSaleResponse } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { ServedSale } from '../../world/browser/served-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

/** A second sale that is open, with cells, an offer and a budget of its own. */
const NINE = {
  sale: { id: 'nine', ...saleBody({ name: 'Nine nine', cells: 3 }) },
  offers: [{ id: 'mug', ...offerBody({ cap: 5_000 }) }],
  budgets: [{ id: 'spring', amount: 100_000, policy: 'partial' as const }],
};
const DRAFT = { sale: { id: 'later', ...saleBody({ name: 'Not yet' }) }, offers: [] };

/** The service with two open sales and a draft, and its ledger to plant things in. */
export class OpsDesk {
  readonly served: ServedSale;
  readonly ledger: Client;
  #shoppers = 0;

  private constructor(served: ServedSale, ledger: Client) {
    this.served = served;
    this.ledger = ledger;
  }

  static async open(world: World): Promise<OpsDesk> {
    const served = await ServedSale.open(world);
    await served.admin.open(NINE);
    await served.admin.apply(DRAFT);
    const ledger = new Client({ connectionString: world.databaseUrl });
    await ledger.connect();
    return new OpsDesk(served, ledger);
  }

  get origin(): string {
    return this.served.origin;
  }

  /** An address of the desk with the sign-in of the operator `olaf`. */
  at(path: string): string {
    const token = this.served.token({ sub: 'olaf', role: 'operator' });
    return `${path}#token=${token}`;
  }

  /** Places the order of a new shopper in the second sale. */
  async buyMug(): Promise<void> {
    const sub = `mug-lover-${++this.#shoppers}`;
    const token = this.served.token({ sub, role: 'shopper' });
    const client = connect({ url: this.origin, token: () => token });
    const body = { lines: [{ offer: 'mug', quantity: 1 }] };
    const headers = { 'Idempotency-Key': sub };
    await answerOf(placeOrder({ client, path: { sale: NINE.sale.id }, headers, body }));
  }

  /** The state of a sale, as everyone reads it. */
  async stateOf(sale: string): Promise<GetSaleResponse['state']> {
    const client = connect({ url: this.origin });
    const { state } = await answerOf(getSale({ client, path: { sale } }));
    return state;
  }

  async close(): Promise<void> {
    await this.ledger.end();
    await this.served.close();
  }
}

/** A desk for all tests of the file. */
export const withOpsDesk = (take: (desk: OpsDesk) => void): void =>
  withStage('file', OpsDesk.open, take);

/** What sticks out of the window to the bottom, and the tiles that show only a part of theirs. */
export const hidden = (page: Page) =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    const isCut = (one: Element) => one.scrollHeight > one.clientHeight + 1;
    const cut = [...document.querySelectorAll('.watch')].filter(isCut);
    return { below: scrollHeight - clientHeight, cut: cut.map((one) => one.className) };
  });
