import { expect, test } from 'vitest';
import { applyNews, newsText } from '../../../../web/shop/stock-news.ts';
import type { News } from '../../../../web/shop/stock-news.ts';
import { shopWords } from '../../../../web/shop/words.ts';
import { offer, sale } from './offers.ts';

const news: News = {
  stock: new Map([
    ['mug', 'sold_out'],
    ['cup', 'sold_out'],
    ['pot', 'low'],
    ['jug', 'in_stock'],
  ]),
  terms: {},
  serverMs: null,
};
const gone = { stock: 'sold_out' } as const;
const shown = sale({
  offers: [offer('mug'), offer('cup'), offer('pot', gone), offer('jug', gone)],
});

test('of all offers that one event changes something is heard', () => {
  const text = newsText(applyNews(shown, news), shopWords.en);
  expect(text).toBe(
    'The mug has sold out. The cup has sold out. ' +
      'The pot is back in stock. The jug is back in stock.',
  );
});

test('an offer that the shopper waits for is told of once', () => {
  const applied = applyNews(shown, news, new Set(['pot']));
  expect(applied.back).toEqual(['The jug']);
  expect(applied.sale.offers.map(({ stock }) => stock)).toEqual([
    ...['sold_out', 'sold_out'],
    ...['low', 'in_stock'],
  ]);
});

test('nothing is said of news that change nothing', () => {
  expect(newsText(applyNews(shown, { ...news, stock: new Map() }), shopWords.en)).toBe('');
});
