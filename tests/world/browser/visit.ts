import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, ConsoleMessage, Page, Request } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { AXE_FILE } from './browser.ts';

export interface VisitOptions {
  /** The origin of the service; a request to any other one fails the test. */
  readonly origin: string;
  readonly locale?: 'en-GB' | 'zh-CN';
  readonly theme?: 'light' | 'dark';
  /** CSS pixels; default: a phone of 375. */
  readonly width?: number;
  /** Faults that the test is about, such as a 404 that the browser notes. */
  readonly allows?: RegExp;
}

const PHONE = 375;
const HEIGHTS = { phone: 812, desk: 900 };

const visits = new Set<Visit>();

afterEach(async () => {
  const open = [...visits];
  visits.clear();
  await Promise.all(open.map((visit) => visit.end()));
  expect(open.flatMap(({ faults }) => faults)).toEqual([]);
});

/** One visitor with a clean browser. The test fails when the page does what it must not. */
export class Visit {
  readonly page: Page;
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: VisitOptions;

  private constructor(context: BrowserContext, page: Page, options: VisitOptions) {
    this.#context = context;
    this.page = page;
    this.#options = options;
  }

  static async begin(browser: Browser, options: VisitOptions): Promise<Visit> {
    const { locale = 'en-GB', theme = 'light', width = PHONE } = options;
    const context = await browser.newContext({
      locale,
      colorScheme: theme,
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      viewport: { width, height: width === PHONE ? HEIGHTS.phone : HEIGHTS.desk },
    });
    const page = await context.newPage();
    const visit = new Visit(context, page, options);
    visits.add(visit);
    visit.#watch();
    return visit;
  }

  #watch(): void {
    const { page } = this;
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error') this.#note(`console: ${message.text()}`);
    });
    page.on('pageerror', (error: Error) => this.#note(`page: ${error.stack ?? error.message}`));
    page.on('request', (request: Request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = origin === this.#options.origin || protocol === 'data:';
      if (!isOwn) this.#note(`request: ${request.url()}`);
    });
  }

  #note(fault: string): void {
    if (!this.#options.allows?.test(fault)) this.faults.push(fault);
  }

  open(path: string) {
    return this.page.goto(`${this.#options.origin}${path}`);
  }

  /** Takes the network of the device away, or gives it back. */
  setOffline(isOffline: boolean): Promise<void> {
    return this.#context.setOffline(isOffline);
  }

  /** What sticks out of the window to the right, in CSS pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
  }

  /** What keeps people with disabilities out: serious and critical rules, with the elements. */
  async barriers(): Promise<string[]> {
    // The policy of the page admits no script from elsewhere; a tool of the browser needs none.
    await this.page.evaluate(readFileSync(AXE_FILE, 'utf8'));
    return this.page.evaluate(async () => {
      const { violations } = await (window as unknown as AxeWindow).axe.run();
      const grave = violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''));
      return grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
    });
  }

  async end(): Promise<void> {
    await this.#context.close();
  }
}

interface AxeWindow {
  readonly axe: {
    run(): Promise<{
      violations: readonly {
        readonly id: string;
        readonly impact?: string | null;
        readonly nodes: readonly { readonly html: string }[];
      }[];
    }>;
  };
}
