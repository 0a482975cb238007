import type { Redis } from 'ioredis';
import { SEAL } from '../../src/cell/keys.ts';
import { packOffer } from '../../src/cell/cells/load-contents.ts';
import { packWallet } from '../../src/cell/selling/wallets.ts';
import type { CartLine } from '../../src/domain/pricing/cart.ts';
import type { Receipt } from '../../src/domain/order.ts';
import { rulesFields } from '../../src/domain/pricing/rules-of-sale.ts';
import { MAX_ACTIVITY_MINOR } from '../../src/domain/sale.ts';
import { pack } from '../../src/platform/codec.ts';
import type { PricingCase } from './pricing-case.ts';
import { onSale } from '../builders/offers.ts';
import { OpenCell } from '../builders/open-cell.ts';

/** No cart has this total, so the script prices, answers `price_changed` and writes nothing. */
const NO_TOTAL = MAX_ACTIVITY_MINOR + 1;
const UNITS = 1_000_000;

const packLine = (line: CartLine): Buffer => {
  const { offer, store, priceMinor, isFullPrice, categories, excludes } = line;
  const lane = line.stacks ? 'cart' : 'flash';
  const terms = { store, lane, price: priceMinor, full_price: isFullPrice } as const;
  const { units: _, ...rest } = onSale(offer, { ...terms, categories, excludes });
  return packOffer({ kind: 'offer', ...rest });
};

/** Prices cases with the checkout script in a real Redis. */
export class LuaPricer {
  readonly #cell: OpenCell;

  private constructor(cell: OpenCell) {
    this.#cell = cell;
  }

  static async open(redis: Redis): Promise<LuaPricer> {
    return new LuaPricer(await OpenCell.open(redis));
  }

  /**
   * Prices many cases in one round trip: a connection keeps the order of commands. Gifts are never
   * in stock here, so every due gift is in `outOfGifts`.
   */
  price(cases: readonly PricingCase[]): Promise<Receipt[]> {
    return Promise.all(cases.map((one) => this.#priceOne(one)));
  }

  async #priceOne(one: PricingCase): Promise<Receipt> {
    const { lines, coupons, member, redPacketMinor, points } = one.cart;
    const filled = this.#fill(one);
    const asked = this.#cell.checkOut({
      member,
      lines: lines.map(({ offer, quantity }) => ({ offer, quantity })),
      coupons: [...coupons],
      redPacket: redPacketMinor,
      points,
      expectedTotalMinor: NO_TOTAL,
    });
    const [reply] = await Promise.all([asked, ...filled]);
    if (reply.word !== 'price_changed') throw new Error(JSON.stringify(reply));
    return reply.receipt;
  }

  #fill({ rules, cart, potsLeft }: PricingCase): Promise<number>[] {
    const { redis, keys } = this.#cell;
    const held = [...cart.coupons].map((id) => [id, 1] as const);
    const { redPacketMinor, points } = cart;
    const wallet = packWallet({ points, redPacketMinor, coupons: held, claims: [] });
    const fields = rulesFields(rules).flatMap(([name, value]) => [name, pack(value)]);
    return [
      redis.del(keys.rules, keys.pots, keys.offers, keys.stock),
      redis.hset(keys.rules, ...fields),
      redis.hset(keys.pots, SEAL, '', ...[...potsLeft].flat()),
      redis.hset(keys.stock, ...cart.lines.flatMap(({ offer }) => [offer, UNITS])),
      redis.hset(keys.offers, ...cart.lines.flatMap((line) => [line.offer, packLine(line)])),
      redis.hset(keys.wallets, 'u1', wallet),
    ];
  }
}
