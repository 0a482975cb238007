import { expect, test } from 'vitest';
import { describeLoss } from '../../../src/process/cli/describe-loss.ts';

const LOST = 's.0: acknowledged orders are lost';

test('a command names the numbers that are lost, and who did not hand over', () => {
  const gaps = [
    { epoch: 1, firstSeq: 2, lastSeq: 4, orders: 3 },
    { epoch: 2, firstSeq: 9, lastSeq: 9, orders: null },
  ];
  expect(describeLoss('s.0', { gaps, missing: ['api a:1'] })).toEqual({
    lost: [
      `${LOST}: entries 2 to 4 of epoch 1, with 3 orders`,
      `${LOST}: entries 9 to 9 of epoch 2, with an unknown number of orders`,
    ],
    missing: ['s.0: api a:1 did not hand over what it remembers: it is dead or stalled'],
  });
});
