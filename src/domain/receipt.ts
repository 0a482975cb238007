import type { OfferId, StoreId } from './ids.ts';
import type { Applied, OrderLine, Receipt } from './order.ts';

/** One promotion of a packed receipt. */
export type PackedApplied = [
  promotion: string,
  layer: string,
  basis: number,
  discount: number,
  forfeited: number,
  funder: Applied['funder'],
  /** '': none. */
  budget: string,
  isCoupon: boolean,
  shares: number[],
];

/** A receipt as the checkout script packs it (lua/lib/receipts.lua). */
export type PackedReceipt = [
  /** offer, store, quantity, price, offer … one after another. */
  lines: (string | number)[],
  /** offer, store, quantity, offer … */
  gifts: (string | number)[],
  applied: PackedApplied[],
  outOfGifts: string[],
  pointsUsed: number,
];

const LINE_WIDTH = 4;
const GIFT_WIDTH = 3;
const PARTS = 5;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';

/** The rows of a flat list: texts, then counts. @returns null when it has no whole rows */
function rowsOf(flat: unknown, texts: number, width: number): unknown[][] | null {
  if (!Array.isArray(flat) || flat.length % width !== 0) return null;
  const isSound = flat.every((one, i) => (i % width < texts ? isText(one) : isCount(one)));
  if (!isSound) return null;
  return Array.from({ length: flat.length / width }, (_, i) =>
    flat.slice(i * width, (i + 1) * width),
  );
}

function readApplied(packed: unknown, lines: number): Applied | null {
  if (!Array.isArray(packed)) return null;
  const [promotion, layer, basis, discount, forfeited, funder, budget, isCoupon, shares] =
    packed as PackedApplied;
  const isSound =
    [promotion, layer, funder, budget].every(isText) &&
    [basis, discount, forfeited].every(isCount) &&
    Array.isArray(shares) &&
    shares.length === lines &&
    shares.every(isCount);
  if (!isSound) return null;
  return {
    promotion,
    layer,
    basisMinor: basis,
    discountMinor: discount,
    forfeitedMinor: forfeited,
    funder,
    budget: budget || null,
    isCoupon: Boolean(isCoupon),
    shares,
  };
}

function orderLines(lines: unknown[][], gifts: unknown[][], applied: readonly Applied[]) {
  const ordinary = lines.map(([offer, store, quantity, price], i): OrderLine => {
    const activity = (price as number) * (quantity as number);
    const taken = applied.reduce((sum, one) => sum + one.shares[i]!, 0);
    return {
      offer: offer as OfferId,
      store: store as StoreId,
      quantity: quantity as number,
      priceMinor: price as number,
      netMinor: activity - taken,
      isGift: false,
    };
  });
  const given = gifts.map(([offer, store, quantity]): OrderLine => ({
    offer: offer as OfferId,
    store: store as StoreId,
    quantity: quantity as number,
    priceMinor: 0,
    netMinor: 0,
    isGift: true,
  }));
  return [...ordinary, ...given];
}

/** Reads a packed receipt. @returns null when the script does not write such a one */
export function readReceipt(packed: unknown): Receipt | null {
  if (!Array.isArray(packed) || packed.length !== PARTS) return null;
  const [lines, gifts, applied, outOfGifts, pointsUsed] = packed as unknown[];
  const lineRows = rowsOf(lines, 2, LINE_WIDTH);
  const giftRows = rowsOf(gifts, 2, GIFT_WIDTH);
  if (!lineRows || !giftRows || !Array.isArray(applied) || !Array.isArray(outOfGifts)) return null;
  if (lineRows.length === 0 || !outOfGifts.every(isText) || !isCount(pointsUsed)) return null;
  const read = applied.map((one) => readApplied(one, lineRows.length));
  if (!read.every((one) => one !== null)) return null;
  return {
    lines: orderLines(lineRows, giftRows, read),
    applied: read,
    outOfGifts,
    pointsUsed: pointsUsed as number,
  };
}

/** Packs a receipt as the script does. A rebuilt cell holds this for each order. */
export function packReceipt({ lines, applied, outOfGifts, pointsUsed }: Receipt): PackedReceipt {
  const ordinary = lines.filter((line) => !line.isGift);
  const gifts = lines.filter((line) => line.isGift);
  return [
    ordinary.flatMap((line) => [line.offer, line.store, line.quantity, line.priceMinor]),
    gifts.flatMap((line) => [line.offer, line.store, line.quantity]),
    applied.map((one) => [
      one.promotion,
      one.layer,
      one.basisMinor,
      one.discountMinor,
      one.forfeitedMinor,
      one.funder,
      one.budget ?? '',
      one.isCoupon,
      [...one.shares],
    ]),
    [...outOfGifts],
    pointsUsed,
  ];
}
