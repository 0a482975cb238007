import { expect, test } from 'vitest';
import { forLogs, inWords } from '../../../src/service/damage/finding.ts';

const WRONG = 'has other orders than the ledger';

test('a finding names its shopper to operators, and logs say it once without any shopper', () => {
  const found = ['u1', 'u2'].map((shopper) => ({ where: 'shoppers', shopper, detail: WRONG }));
  expect(found.map(inWords)).toEqual([`shoppers/u1: ${WRONG}`, `shoppers/u2: ${WRONG}`]);
  const all = [...found, { where: 'offers/a', detail: 'is gone' }];
  expect(forLogs(all)).toBe(`offers/a: is gone; shoppers: ${WRONG}`);
});
