import { describe, expect, test } from 'vitest';
import type { Texts } from '../../../../web/kit/words/dictionary.ts';
import { changesWords } from '../../../../web/merchant/changes/words.ts';
import { fileWords } from '../../../../web/merchant/file/words.ts';
import { hooksWords } from '../../../../web/merchant/hooks/words.ts';
import { offersWords } from '../../../../web/merchant/offers/words.ts';
import { ordersWords } from '../../../../web/merchant/orders/words.ts';
import { promotionsWords } from '../../../../web/merchant/promotions/words.ts';
import { savingWords } from '../../../../web/merchant/saving/words.ts';
import { todayWords } from '../../../../web/merchant/today/words.ts';

const dictionaries = {
  changesWords,
  fileWords,
  hooksWords,
  offersWords,
  ordersWords,
  promotionsWords,
  savingWords,
  todayWords,
};
const HAN = /\p{Script=Han}/u;
/** Between two things, a language may need no letters. */
const JOINS = /\band$/;

/** Every text by its path; a function speaks of 2, for all that it shows. */
function textsOf(words: Texts, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, text]) => {
    const name = `${path}${key}`;
    if (typeof text === 'string') return [[name, text] as [string, string]];
    if (typeof text !== 'function') return textsOf(text, `${name}.`);
    const speak = text as (...shown: unknown[]) => string;
    return [[name, speak(2, 2, 2, 2)] as [string, string]];
  });
}

describe.each(Object.entries(dictionaries))('%s', (_name, dictionary) => {
  const [en, zh] = [textsOf(dictionary.en), textsOf(dictionary.zh)];

  test('has the same keys in every language', () => {
    expect(zh.map(([key]) => key)).toEqual(en.map(([key]) => key));
  });

  test('says something under each key, in its own language', () => {
    const said = zh.filter(([key]) => !JOINS.test(key));
    for (const [key, text] of en) expect(text, key).toMatch(/\w/);
    for (const [key, text] of said) expect(text, key).toMatch(HAN);
    for (const [key, text] of en) expect(HAN.test(text), key).toBe(false);
    for (const [key, text] of [...en, ...zh]) expect(text, key).not.toMatch(/undefined|#/);
  });
});

test('a cap that falls below what is sold says that nothing is cancelled', () => {
  const { debt, lowered, raised } = offersWords.en.capForm;
  expect(debt(85, 5)).toBe(
    '5 units fewer than the 85 sold and reserved: nothing is cancelled, ' +
      '5 units are debt until returns pay it off.',
  );
  expect(debt(1_200, 1)).toContain('1 unit fewer than the 1,200 sold and reserved');
  expect(lowered(1, 2)).toBe('1 unit comes off sale; 2 stay on sale.');
  expect(raised(20)).toBe('20 more units go on sale.');
  expect(offersWords.zh.capForm.debt(85, 5)).toContain('不会取消任何订单');
});

test('a change that some cells lack says how many have it', () => {
  const { cells } = savingWords.en;
  expect(`${cells.some('3', '4')} ${cells.rest(1)}`).toBe(
    '3 of 4 cells have it. The last one gets it by itself as soon as it answers.',
  );
  expect(cells.rest(2)).toBe('The other 2 get it by themselves as soon as they answer.');
});

test.each([
  ['must be >= 0', '不能小于 0'],
  ['must be a whole number from 1 to 10000', '应为 1 到 10000 的整数'],
  ['must not be above the list price', '不能高于划线价'],
  ['the sale has no such layer', '活动里没有这个层级'],
  ['the layer is fixed from the first opening', '活动首次开启后不能再改这一项'],
  ['store-1 may have at most 50 offers in this sale (offersMax)', '数量已达上限：50 个'],
  ['a quota cannot be cut once the sale was opened', '活动开启后不能调低'],
  ['line 2 has only 1 left to refund', '有一行只剩 1 件可退'],
  ['is a new fault', '不符合要求（英文原文：is a new fault）'],
])('a Chinese page says in Chinese what is wrong: %s', (detail, text) => {
  expect(savingWords.zh.fault(detail)).toBe(text);
  expect(savingWords.en.fault(detail)).toBe(detail);
});
