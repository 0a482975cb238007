import { describe, expect, test } from 'vitest';
import { salesWords } from '../../../web/kit/sales/sales-words.ts';
import { changeWords } from '../../../web/kit/words/change-words.ts';
import { pluralsOf } from '../../../web/kit/words/dictionary.ts';
import type { Texts } from '../../../web/kit/words/dictionary.ts';
import { kitWords } from '../../../web/kit/words/kit-words.ts';
import { LanguageChoice, chooseLanguage } from '../../../web/kit/words/language.ts';
import { merchantWords } from '../../../web/merchant/words.ts';
import { opsWords } from '../../../web/ops/words.ts';
import { payWords } from '../../../web/pay/words.ts';
import { buyWords } from '../../../web/shop/buy/words.ts';
import { cartWords } from '../../../web/shop/cart/words.ts';
import { couponWords } from '../../../web/shop/coupons/words.ts';
import { orderWords } from '../../../web/shop/order/words.ts';
import { receiptWords } from '../../../web/shop/receipt/words.ts';
import { shopWords } from '../../../web/shop/words.ts';
import { signInWords } from '../../../web/sign-in/words.ts';

const ofShop = { shopWords, receiptWords, cartWords, couponWords, buyWords, orderWords };
const pages = { ...ofShop, merchantWords, opsWords, signInWords, payWords };
const dictionaries = { kitWords, salesWords, changeWords, ...pages };
const HAN = /\p{Script=Han}/u;

/** Every text by its path; a function speaks of 2. */
function textsOf(words: Texts, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, text]) => {
    const name = `${path}${key}`;
    if (typeof text === 'string') return [[name, text] as [string, string]];
    if (typeof text !== 'function') return textsOf(text, `${name}.`);
    const speak = text as (...shown: unknown[]) => string;
    return [[name, speak(2, 2, 2)] as [string, string]];
  });
}

describe.each(Object.entries(dictionaries))('%s', (_name, dictionary) => {
  const [en, zh] = [textsOf(dictionary.en), textsOf(dictionary.zh)];

  test('has the same keys in every language', () => {
    expect(zh.map(([key]) => key)).toEqual(en.map(([key]) => key));
  });

  test('says something under each key, in its own language', () => {
    for (const [key, text] of en) expect(text, key).toMatch(/\w/);
    for (const [key, text] of zh) expect(text, key).toMatch(HAN);
    for (const [key, text] of en) expect(HAN.test(text), key).toBe(false);
    for (const [key, text] of [...en, ...zh]) expect(text, key).not.toMatch(/undefined|#/);
  });
});

test('plurals follow the language, and counts are written as it does', () => {
  const { offerCount } = shopWords.en;
  expect([0, 1, 2, 1_200].map(offerCount)).toEqual([
    '0 offers',
    '1 offer',
    '2 offers',
    '1,200 offers',
  ]);
  expect([1, 2].map(shopWords.zh.offerCount)).toEqual(['1 件商品', '2 件商品']);
  const polish = pluralsOf('pl');
  const forms = { one: '# oferta', few: '# oferty', many: '# ofert', other: '# oferty' };
  expect([1, 3, 5].map((count) => polish(count, forms))).toEqual([
    '1 oferta',
    '3 oferty',
    '5 ofert',
  ]);
});

test('the language is what the visitor chose, else the first that we have', () => {
  expect(chooseLanguage(null, ['fr-FR', 'zh-Hant-TW', 'en'])).toBe('zh');
  expect(chooseLanguage(null, ['en-GB', 'zh'])).toBe('en');
  expect(chooseLanguage(null, ['fr'])).toBe('en');
  expect(chooseLanguage(null, [])).toBe('en');
  expect(chooseLanguage('zh', ['en'])).toBe('zh');
  expect(chooseLanguage('xx', ['en'])).toBe('en');
});

test('a chosen language is kept', () => {
  const kept = new Map<string, string>();
  const keep = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  new LanguageChoice(keep, ['en']).choose('zh');
  expect(new LanguageChoice(keep, ['en']).current.value).toBe('zh');
});
