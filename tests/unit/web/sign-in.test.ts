import { expect, test } from 'vitest';
import { platformAddress } from '../../../web/sign-in/ways.ts';

const ORIGIN = 'https://sales.shop.example';

test('the platform is told where to bring the visitor back, beside what its address has', () => {
  const address = platformAddress('https://id.example/in?app=sales', ORIGIN, '/ops?filter=open');
  const { origin, pathname, searchParams } = new URL(address);
  expect([origin, pathname, searchParams.get('app')]).toEqual([
    'https://id.example',
    '/in',
    'sales',
  ]);
  expect(searchParams.get('return_to')).toBe(`${ORIGIN}/ops?filter=open`);
});
