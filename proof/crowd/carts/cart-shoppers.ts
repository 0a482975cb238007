import { signFor } from '../../builders/secrets.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { seededRandom, shuffle } from '../seeded-random.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { shopperName } from '../tokens.ts';

/** A shopper with a cart, drawn from a seed. */
export interface CartShopper {
  readonly shopper: string;
  readonly token: string;
  readonly lines: readonly UnitsOf[];
  /** Asks for the best deal; otherwise names every coupon they hold. */
  readonly isBest: boolean;
  /** True if they send the order once more after it is placed. */
  readonly isRepeating: boolean;
}

interface CrowdWanted {
  readonly file: SaleFile;
  readonly jwtSecret: string;
  readonly shoppers: number;
  readonly seed: number;
}

const LINES_FROM = 2;
const LINES_TO = 5;
const QUANTITY_TO = 2;
const MEMBER_SHARE = 0.25;
const BEST_SHARE = 0.25;
const REPEAT_SHARE = 0.1;

type Promotion = NonNullable<SaleFile['promotions']>[number];

function tiersOf({ members = [], effect }: Promotion): readonly string[] {
  const boosted = effect.kind === 'packet' ? (effect.boost?.members ?? []) : [];
  return [...members, ...boosted];
}

/** The offers that may go into a cart: not those that are only gifts. */
function offersOf({ offers, promotions = [] }: SaleFile): string[] {
  const gifts = promotions.map(({ effect }) => (effect.kind === 'gift' ? effect.offer : null));
  return offers.map(({ id }) => id).filter((id) => !gifts.includes(id));
}

function drawLines(offers: readonly string[], random: () => number): UnitsOf[] {
  const shelf = [...offers];
  shuffle(shelf, random);
  const count = LINES_FROM + Math.floor(random() * (LINES_TO - LINES_FROM + 1));
  return shelf.slice(0, count).map((offer) => {
    return { offer, quantity: 1 + Math.floor(random() * QUANTITY_TO) };
  });
}

/** Draws shoppers with carts of some offers. Some are members of a tier that the sale knows. */
export function makeCrowd({ file, jwtSecret, shoppers, seed }: CrowdWanted): CartShopper[] {
  const random = seededRandom(seed);
  const offers = offersOf(file);
  const tier = (file.promotions ?? []).flatMap(tiersOf)[0];
  return Array.from({ length: shoppers }, (_, i) => {
    const sub = shopperName(i);
    const member = tier !== undefined && random() < MEMBER_SHARE ? { member: tier } : {};
    const claims = { sub, role: 'shopper', ...member } as const;
    return {
      shopper: sub,
      token: signFor(jwtSecret, claims),
      lines: drawLines(offers, random),
      isBest: random() < BEST_SHARE,
      isRepeating: random() < REPEAT_SHARE,
    };
  });
}
