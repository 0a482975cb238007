import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { JWT_SECRET } from '../../proof/builders/secrets.ts';
import { PHONE, openOn } from '../../proof/browser/open-on-phone.ts';
import type { Opening, PageToOpen } from '../../proof/browser/open-on-phone.ts';
import { pagesToOpen } from '../../proof/browser/pages-to-open.ts';
import { withBrowser } from '../world/browser/browser.ts';
import { withShopStage } from './shop/shop-stage.ts';
import type { ShopStage } from './shop/shop-stage.ts';

/** The most that a page may weigh, with its data. */
const MAX_BYTES = 90_000;
/** What the first view of each page shows, in the order of the alphabet. */
const DATA = {
  shop: [/^\/v1\/sales\/carts$/],
  order: [/^\/v1\/orders\/[\w-]+$/, /^\/v1\/sales\/carts$/],
  today: [/^\/v1\/sales\/carts$/, /^\/v1\/sales\/carts\/figures$/],
  ops: [/^\/v1\/ops\/processes$/, /^\/v1\/ops\/sales$/],
  pay: [/^\/pay\/[\w-]+\/payment$/],
} as const;
const PAGES = ['shop', 'order', 'today', 'ops', 'pay'] as const;

let browser: Browser;
let stage: ShopStage;
let pages: readonly PageToOpen[];
withBrowser((launched) => (browser = launched));
withShopStage((opened) => (stage = opened));
beforeAll(async () => {
  const on = { sale: 'carts', offer: 'bowls', store: 'kiln' };
  pages = await pagesToOpen({ origin: stage.origin, jwtSecret: JWT_SECRET, ...on });
});

const pathOf = (url: string): string => new URL(url).pathname;
const isFirst = (url: string): boolean => /\/assets\/first-[\w-]+\.js$/.test(url);
/** The picture of the rush is drawn by a library that comes after the figures. */
const comesLater = (url: string): boolean => /\/draw-answers-[\w-]+\.(js|css)$/.test(url);

const openings = new Map<string, Promise<Opening>>();

/** Opens each page once. */
function openingOf(name: string): Promise<Opening> {
  const page = pages.find((one) => one.name === name)!;
  const opening = openings.get(name) ?? openOn(browser, PHONE, page);
  openings.set(name, opening);
  return opening;
}

describe.each(PAGES)('on a phone with an empty cache, the page %s', (name) => {
  test('weighs at most 90 kB with its data', async () => {
    const { bytes } = await openingOf(name);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('asks for what it shows without waiting for its own code, and reads it', async () => {
    const { requests, unread } = await openingOf(name);
    const early = requests.filter(({ isData, askedBy }) => isData && isFirst(askedBy));
    const paths = early.map(({ url }) => pathOf(url)).toSorted();
    expect(paths).toEqual(DATA[name].map((path) => expect.stringMatching(path)));
    expect(unread).toEqual([]);
  });

  test('names all its scripts and styles in its HTML', async () => {
    const { requests } = await openingOf(name);
    const document = requests[0]!.url.replace(/#.*/, '');
    const code = requests.filter(({ url }) => /\/assets\/.*\.(js|css)$/.test(url));
    expect(code.length).toBeGreaterThan(2);
    const later = code.filter(({ askedBy }) => askedBy !== document);
    expect(later.filter(({ url }) => !comesLater(url)).map(({ url }) => pathOf(url))).toEqual([]);
  });
});

// On a phone the tiles of the rush grow with what they show.
test.each(PAGES.filter((name) => name !== 'ops'))(
  'on a phone nothing of the page %s moves while it opens',
  async (name) => {
    const { moved, shift } = await openingOf(name);
    expect(moved).toEqual([]);
    expect(shift).toBe(0);
  },
);
