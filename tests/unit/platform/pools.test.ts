import { expect, test } from 'vitest';
import { USUAL_POOLS, poolSizes } from '../../../src/platform/config/pools.ts';

test('a pool that is not named keeps its usual size', () => {
  expect(poolSizes('')).toEqual(USUAL_POOLS);
  expect(poolSizes('payments=10, reports=1')).toEqual({ ...USUAL_POOLS, payments: 10, reports: 1 });
});

test.each(['writes=3', 'reads', 'reads=0', 'reads=101', 'reads=1,reads=2', 'reads=90', 'reads=-1'])(
  'sizes such as %s are refused',
  (text) => {
    expect(() => poolSizes(text)).toThrow(RangeError);
  },
);
