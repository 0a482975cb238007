import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../../src/domain/order.ts';
import { packReceipt, readReceipt } from '../../../src/domain/receipt.ts';
import type { PackedReceipt } from '../../../src/domain/receipt.ts';
import { pack, unpack } from '../../../src/platform/codec.ts';

const packed: PackedReceipt = [
  ['a', 's1', 2, 1_000, 'b', 's2', 1, 500],
  ['g', 's1', 3],
  [
    ['auto', 'store', 2_000, 150, 50, 'store', '', false, [150, 0]],
    ['coupon', 'cross_store', 2_500, 200, 0, 'platform', 'purse', true, [150, 50]],
  ],
  ['g2'],
  7,
];

const receipt: Receipt = {
  lines: [
    { offer: 'a', store: 's1', quantity: 2, priceMinor: 1_000, netMinor: 1_700, isGift: false },
    { offer: 'b', store: 's2', quantity: 1, priceMinor: 500, netMinor: 450, isGift: false },
    { offer: 'g', store: 's1', quantity: 3, priceMinor: 0, netMinor: 0, isGift: true },
  ] as unknown as Receipt['lines'],
  applied: [
    {
      ...{ promotion: 'auto', layer: 'store', basisMinor: 2_000, discountMinor: 150 },
      ...{ forfeitedMinor: 50, funder: 'store', budget: null, isCoupon: false, shares: [150, 0] },
    },
    {
      ...{ promotion: 'coupon', layer: 'cross_store', basisMinor: 2_500, discountMinor: 200 },
      ...{ forfeitedMinor: 0, funder: 'platform', budget: 'purse', isCoupon: true },
      shares: [150, 50],
    },
  ],
  outOfGifts: ['g2'],
  pointsUsed: 7,
};

describe('a receipt', () => {
  test('is read from the script’s packing, and each line says what it costs in the end', () => {
    expect(readReceipt(packed)).toEqual(receipt);
  });

  test('is packed as the script packs it', () => {
    expect(packReceipt(receipt)).toEqual(packed);
  });

  test('comes back unchanged from packing, the wire and reading', () => {
    expect(readReceipt(unpack(pack(packReceipt(receipt))))).toEqual(receipt);
  });
});

const change = (path: readonly number[], value: unknown): unknown => {
  const copy: unknown = structuredClone(packed);
  const into = path.slice(0, -1).reduce((at, key) => (at as unknown[])[key], copy);
  (into as unknown[])[path.at(-1)!] = value;
  return copy;
};
const noCount = [null, -1, 1.5, NaN, '5', true, [5], 2 ** 53];
const noText = [null, 5, true, ['a']];
const each = (path: readonly number[], values: readonly unknown[]) =>
  values.map((value) => [path.join('.'), value, change(path, value)] as const);

const unsound: (readonly [where: string, what: unknown, packed: unknown])[] = [
  ['whole', 'nothing', null],
  ['whole', 'a map', {}],
  ['whole', 'no part', []],
  ['whole', 'no line', [[], [], [], [], 0]],
  ['whole', 'one part too few', packed.slice(0, 4)],
  ['whole', 'one part too many', [...packed, 0]],
  ...each([0], [null, [], 'a', ['a', 's1', 2], [...packed[0], 'c']]),
  ...each([0, 0], noText),
  ...each([0, 1], noText),
  ...each([0, 2], noCount),
  ...each([0, 7], noCount),
  ...each([1], [null, 'g', ['g'], ['g', 's1']]),
  ...each([1, 2], noCount),
  ...each([2], [null, 'auto', [null], [[]]]),
  ...[0, 1, 5, 6].flatMap((place) => each([2, 1, place], noText)),
  ...[2, 3, 4].flatMap((place) => each([2, 1, place], noCount)),
  ...each([2, 1, 8], [null, [150], [150, 50, 0], [150, '50'], [150, -50]]),
  ...each([3], [null, 'g2', [5], [null]]),
  ...each([4], noCount),
];

describe('a shape that the script never packs is not a receipt', () => {
  test.each(unsound)('%s: %j', (_where, _what, wrong) => {
    expect(readReceipt(wrong)).toBeNull();
  });
});
