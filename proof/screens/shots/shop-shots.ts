import type { Page } from 'playwright-core';
import type { Shot } from './shot.ts';

const PLUS = '.stepper button:last-child';
/** What alice puts into the cart: places among the offers, and units. */
const CART = [
  [0, 1],
  [2, 2],
  [4, 1],
  [11, 1],
] as const;

/** The cards are in the same order in every language. */
async function fillCart(page: Page): Promise<void> {
  for (const [place, units] of CART) {
    const plus = page.getByRole('article').nth(place).locator(PLUS);
    for (let i = 0; i < units; i++) await plus.click();
  }
  await page.locator('.cart .receipt-row').nth(CART.length).waitFor({ state: 'attached' });
  await page.locator('.cart-sum-old').waitFor({ state: 'detached' });
  await page.locator('.page-head').scrollIntoViewIfNeeded();
}

/** A phone shows the cart as a bar, which opens. */
async function openCart(page: Page): Promise<void> {
  await fillCart(page);
  const toggle = page.locator('.cart-toggle button');
  if (await toggle.isVisible()) await toggle.click();
}

const shots: readonly Shot[] = [
  {
    name: 'shop-sale',
    who: 'alice',
    path: ({ scene }) => `/s/${scene.eleven.sale.id}`,
    shows: 'article',
    prepare: fillCart,
  },
  {
    name: 'shop-cart',
    who: 'alice',
    path: ({ scene }) => `/s/${scene.eleven.sale.id}`,
    shows: 'article',
    prepare: openCart,
  },
  {
    name: 'shop-coupons',
    who: 'alice',
    path: ({ scene }) => `/s/${scene.eleven.sale.id}`,
    shows: 'article',
    prepare: async (page) => {
      await page.locator('.sale-top button').click();
      await page.locator('dialog .coupon').first().waitFor();
    },
  },
  {
    name: 'shop-drop',
    who: 'alice',
    path: ({ scene }) => `/s/${scene.drop.sale.id}`,
    shows: 'article',
  },
  { name: 'shop-opens-later', who: 'alice', path: () => '/s/year-end', shows: 'article' },
  {
    name: 'shop-orders',
    who: 'alice',
    path: ({ scene }) => `/s/${scene.eleven.sale.id}/orders`,
    shows: 'main li',
  },
  {
    name: 'shop-order-to-pay',
    who: 'alice',
    path: ({ scene, orders }) => `/s/${scene.eleven.sale.id}/orders/${orders.reserved}`,
    shows: '.steps .step',
  },
  {
    name: 'shop-order-refunded',
    who: 'alice',
    path: ({ scene, orders }) => `/s/${scene.eleven.sale.id}/orders/${orders.paid}`,
    shows: '.steps .step',
  },
  { name: 'pay', who: null, path: ({ orders }) => orders.payPage, shows: 'main button' },
  { name: 'sign-in', who: null, path: () => '/sign-in', shows: 'main button' },
];

export const shopShots: readonly Shot[] = shots.map((shot) => ({ ...shot, isForShoppers: true }));
