import type { Things } from '../scene/prepare-scene.ts';
import type { Shot } from './shot.ts';

const view = (rest: string) => (things: Things) =>
  `/merchant/s/${things.scene.eleven.sale.id}${rest}`;

export const merchantShots: readonly Shot[] = [
  { name: 'merchant-sales', who: 'mia', path: () => '/merchant', shows: 'main li, main tr' },
  { name: 'merchant-today', who: 'mia', path: view(''), shows: '.figure svg' },
  { name: 'merchant-offers', who: 'mia', path: view('/offers'), shows: 'article' },
  {
    name: 'merchant-cap',
    who: 'mia',
    path: view('/offers'),
    shows: 'article',
    prepare: async (page) => {
      const card = page.getByRole('article').filter({ hasText: 'Rice bowls' });
      await card.getByRole('button', { name: /cap/i }).first().click();
      await card.getByRole('textbox').fill('20');
      await card.locator('.preview:not(:empty)').waitFor();
      await card.locator('form').scrollIntoViewIfNeeded();
    },
  },
  { name: 'merchant-promotions', who: 'mia', path: view('/promotions'), shows: 'main article' },
  {
    name: 'merchant-promotion',
    who: 'mia',
    path: view('/promotions/of/kiln-tiers'),
    shows: '.receipts .receipt-total',
  },
  { name: 'merchant-orders', who: 'olaf', path: view('/orders'), shows: 'main li, main tr' },
  {
    name: 'merchant-order',
    who: 'olaf',
    path: (things) => view(`/orders/${things.orders.paid}`)(things),
    shows: 'main table',
  },
  { name: 'merchant-changes', who: 'olaf', path: view('/changes'), shows: 'main li, main tr' },
  { name: 'merchant-hooks', who: 'mia', path: view('/hooks'), shows: 'main li, main tr' },
  { name: 'merchant-hook', who: 'mia', path: view('/hooks/of/warehouse'), shows: 'main tr' },
  { name: 'merchant-file', who: 'olaf', path: view('/file'), shows: 'main input' },
];
