import type { Browser, Locator, Page } from 'playwright-core';
import { Visit } from '../../world/browser/visit.ts';
import type { VisitOptions } from '../../world/browser/visit.ts';
import type { ShopStage } from './shop-stage.ts';

/** Browsers note each answer that is no success. */
export const REFUSED = /status of 4\d\d/;
/** What a browser notes when a request finds no network or no service, or is cut off. */
export const AWAY = /net::ERR_[A-Z_]+|status of (4\d\d|503)/;

type Options = Omit<VisitOptions, 'origin'>;

/** A shopper in front of the shop. */
export class ShopperVisit {
  readonly visit: Visit;
  readonly page: Page;
  readonly stage: ShopStage;

  private constructor(visit: Visit, stage: ShopStage) {
    this.visit = visit;
    this.page = visit.page;
    this.stage = stage;
  }

  static async begin(
    browser: Browser,
    stage: ShopStage,
    options: Options = {},
  ): Promise<ShopperVisit> {
    const visit = await Visit.begin(browser, { origin: stage.origin, ...options });
    return new ShopperVisit(visit, stage);
  }

  /** @param sub null: a guest */
  async enter(sale: string, sub: string | null): Promise<void> {
    const fragment = sub === null ? '' : this.stage.signedIn(sub);
    await this.visit.open(`/s/${sale}${fragment}`);
    await this.page.getByRole('article').first().waitFor();
  }

  /** Puts units of an offer into the cart, one tap each. */
  async add(title: string, units = 1): Promise<void> {
    const card = this.page.getByRole('article').filter({ hasText: title });
    await card.getByRole('button', { name: `Add ${title}` }).click();
    for (let i = 1; i < units; i++) {
      await card.getByRole('button', { name: `One more of ${title}` }).click();
    }
  }

  get cart(): Locator {
    return this.page.getByRole('complementary');
  }

  button(name: string): Locator {
    return this.cart.getByRole('button', { name, exact: true });
  }

  /** Waits for the page of an order. @returns its id */
  async order(): Promise<string> {
    await this.page.waitForURL(/\/orders\/[\w-]+/);
    await this.page.getByRole('heading', { level: 1, name: 'Your order' }).waitFor();
    return new URL(this.page.url()).pathname.split('/').at(-1)!;
  }

  /** Waits until the button can be tapped. */
  async ready(name: string): Promise<void> {
    await this.cart.locator(`button:not(:disabled)`, { hasText: name }).waitFor();
  }
}
