import { expect, test } from 'vitest';
import { hueOf, initialsOf } from '../../../web/kit/parts/show/offer-tile.tsx';
import { linePoints } from '../../../web/kit/parts/show/sparkline.tsx';
import { matchPath } from '../../../web/kit/routing/match.ts';
import { applyNews, newsOf } from '../../../web/shop/stock-news.ts';

test('a path is matched part by part, and its parameters are decoded', () => {
  const pattern = '/s/:sale/orders/:order';
  expect(matchPath(pattern, '/s/friday/orders/a%2Fb')).toEqual({ sale: 'friday', order: 'a/b' });
  expect(matchPath(pattern, '/s/friday/orders/x/')).toEqual({ sale: 'friday', order: 'x' });
  for (const path of [
    '/s/friday/orders',
    '/s//orders/x',
    '/s/a/b/c',
    '/s/a/orders/%E0%A4%A',
    '/',
  ]) {
    expect(matchPath(pattern, path), path).toBeNull();
  }
});

test('a tile looks the same in every release, and its letters are those of the title', () => {
  expect(hueOf('mug')).toBe(119);
  expect(new Set(['mug', 'cup', 'bowl', 'plate'].map(hueOf)).size).toBe(4);
  expect(initialsOf('Rice bowls, six')).toBe('RB');
  expect(initialsOf('羽绒被')).toBe('羽');
  expect(initialsOf('')).toBe('');
});

test('a line stands between the edges of its picture', () => {
  expect(linePoints([0, 5, 10])).toBe('0.0,23.0 50.0,12.0 100.0,1.0');
  expect(linePoints([0, 0])).toBe('0.0,23.0 100.0,23.0');
  expect(linePoints([])).toBe('');
});

const event = (name: string, data: object) => ({ name, id: '', data: JSON.stringify(data) });
const sale = (stock: Record<string, string>) =>
  ({
    state: 'open',
    offers: Object.entries(stock).map(([id, word]) => ({ id, title: `The ${id}`, stock: word })),
  }) as unknown as Parameters<typeof applyNews>[0];

test('news of the stock change the words of offers, and say what sold out and came back', () => {
  const news = newsOf(
    event('stock', { offers: { mug: 'sold_out', cup: 'low', pot: null, new: 'low' } }),
  )!;
  const {
    sale: next,
    soldOut,
    back,
  } = applyNews(sale({ mug: 'low', cup: 'sold_out', pot: 'low' }), news);
  expect(next.offers.map(({ id, stock }) => [id, stock])).toEqual([
    ['mug', 'sold_out'],
    ['cup', 'low'],
  ]);
  expect([soldOut, back]).toEqual([['The mug'], ['The cup']]);
});

test('news of the sale change its state and tell the time; what is unknown changes nothing', () => {
  const serverTime = '2026-11-11T12:00:00.000Z';
  const news = newsOf(event('sale', { state: 'paused', serverTime, opensAt: 5 }))!;
  expect(news.serverMs).toBe(Date.UTC(2026, 10, 11, 12));
  const { sale: next } = applyNews(sale({ mug: 'low' }), news);
  expect([next.state, next.offers.length]).toEqual(['paused', 1]);
  expect(newsOf(event('weather', {}))).toBeNull();
  expect(newsOf(event('stock', { offers: { mug: 'gone' } }))!.stock.size).toBe(0);
});
