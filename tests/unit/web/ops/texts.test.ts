import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import { changeWords, deedText } from '../../../../web/kit/words/change-words.ts';
import { kitWords } from '../../../../web/kit/words/kit-words.ts';
import { reasonHeaders } from '../../../../web/ops/acts/reason.ts';
import { refusalText } from '../../../../web/ops/acts/refused.ts';
import { targetsOf } from '../../../../web/ops/acts/pausing.ts';
import { measuresOf } from '../../../../web/ops/show/measures.ts';
import { changedFields } from '../../../../web/ops/stories/changed-fields.ts';
import { glance } from './glances.ts';

const received = (header: string): string => Buffer.from(header, 'latin1').toString('utf8');

test('a reason travels as bytes of UTF-8, and none as no header', () => {
  const { 'X-Change-Reason': header = '' } = reasonHeaders('  库存有误\t30 % ');
  expect(header).toMatch(/^[\x20-\xff]+$/);
  expect(received(header)).toBe('库存有误 30 %');
  expect(reasonHeaders('  ')).toEqual({});
});

test('a reason has 200 characters at most, and none of them is cut in two', () => {
  const { 'X-Change-Reason': header = '' } = reasonHeaders('🔥'.repeat(300));
  expect([...received(header)]).toHaveLength(200);
});

const problem = (code: string, status: number, detail: string) =>
  new ProblemError({
    code,
    status,
    detail,
    title: 'A title',
    message: 'For a shopper.',
    instance: 'urn:doorbuster:request:r1',
  });

test('an operator reads why the service refuses, and for all else what to do', () => {
  const refused = problem('conflict', 409, 'The ledger still refuses it.');
  expect(refusalText(refused, kitWords.en)).toBe('The ledger still refuses it.');
  expect(refusalText(problem('busy', 503, 'a detail'), kitWords.en)).toBe(kitWords.en.failed.busy);
  expect(refusalText(new TypeError('no network'), kitWords.en)).toBe(kitWords.en.failed.offline);
});

test('only open sales can be paused, and only paused ones resumed', () => {
  const sales = ['draft', 'open', 'paused', 'closed'].map((state) =>
    glance({ sale: state, state }),
  );
  expect(targetsOf('pause', sales).map(({ sale }) => sale)).toEqual(['open']);
  expect(targetsOf('resume', sales).map(({ sale }) => sale)).toEqual(['paused']);
});

test('a change says what was done to what, in words of the language', () => {
  const { en, zh } = changeWords;
  expect(deedText(en, { what: 'pause', subject: 'sale' })).toBe('paused the sale');
  expect(deedText(zh, { what: 'pause', subject: 'sale' })).toBe('已暂停活动');
  expect(deedText(en, { what: 'patch', subject: 'offer:mug' })).toBe('changed offer mug');
  expect(deedText(zh, { what: 'patch', subject: 'offer:mug' })).toBe('已修改商品 mug');
  const ofStore = { what: 'rotate', subject: 'webhook:lumen/erp' };
  expect(deedText(en, ofStore)).toBe('new secret for endpoint lumen/erp');
  const later = { what: 'toString', subject: 'gadget:a:b' };
  expect(deedText(en, later)).toBe('toString gadget a:b');
});

test('a change shows the fields that differ, with what there was and what there is', () => {
  const before = { state: 'open', name: 'Drop', layers: [1] };
  const after = { state: 'paused', name: 'Drop', layers: [1, 2], cap: 0 };
  expect(changedFields(before, after)).toEqual([
    { name: 'state', before: 'open', after: 'paused' },
    { name: 'layers', before: '[1]', after: '[1,2]' },
    { name: 'cap', before: null, after: '0' },
  ]);
  expect(changedFields(null, { state: 'draft' })).toEqual([
    { name: 'state', before: null, after: 'draft' },
  ]);
  expect(changedFields(before, null).map(({ after: now }) => now)).toEqual([null, null, null]);
  expect(changedFields(null, null)).toEqual([]);
});

test('an amount is written as money once its currency is known', () => {
  const yuan = (minor: number) => `¥${minor / 100}`;
  expect(changedFields({ price: 15_900, cap: 10 }, { price: 9_900, cap: 20 }, yuan)).toEqual([
    { name: 'price', before: '¥159', after: '¥99' },
    { name: 'cap', before: '10', after: '20' },
  ]);
  expect(changedFields({ price: 1 }, { price: 2 }, null)).toMatchObject([{ after: '2' }]);
});

test('measures have as many digits as say something, in the words of the language', () => {
  const en = measuresOf('en');
  expect([0.35, 18.4, 1_250].map(en.ms)).toEqual(['0.4 ms', '18 ms', '1,250 ms']);
  expect(en.seconds(0.084)).toBe('0.08 sec');
  expect([900, 1_500_000, 123_456_789, 2_500_000_000].map(en.bytes)).toEqual([
    '0.9 kB',
    '1.5 MB',
    '123 MB',
    '2.5 GB',
  ]);
  expect([0, 2.46, 12_480.3].map(en.rate)).toEqual(['0', '2.5', '12,480']);
  expect(measuresOf('zh-CN').ms(18)).toBe('18毫秒');
});
