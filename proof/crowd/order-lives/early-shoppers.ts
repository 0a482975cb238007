import { signToken } from '../../../src/process/cli/sign-token.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { seededRandom } from '../seeded-random.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { shopperName } from '../tokens.ts';

/** Someone who comes first thing; a seed repeats all of it. */
export interface EarlyShopper {
  readonly shopper: string;
  readonly token: string;
  readonly lines: readonly UnitsOf[];
}

/**
 * What becomes of an order: `decline`: the first card fails, the next pays · `leave`: never paid ·
 * `begin`: a payment is begun and left · `part`, `whole`: paid, then refunded, `_back` with its
 * units on sale again.
 */
export type Course =
  'pay' | 'decline' | 'leave' | 'begin' | 'cancel' | 'part' | 'part_back' | 'whole' | 'whole_back';

/** Dealt out in this order to orders as they are placed, so that each comes up … */
const DECK: readonly Course[] = [
  ...(['leave', 'pay', 'whole_back', 'begin', 'decline', 'pay', 'cancel', 'part'] as const),
  ...(['leave', 'pay', 'part_back', 'begin', 'pay', 'whole', 'cancel', 'pay', 'leave'] as const),
];
/** … so many times; then all pay but one in so many: something comes back late, too. */
const DECKS = 3;
const ONE_LEAVES_OF = 16;

const TOKEN_TTL_SECONDS = 3_600;
const FLASH_SHARE = 0.5;
const QUANTITY_TO = 2;

interface CrowdWanted {
  readonly file: SaleFile;
  readonly jwtSecret: string;
  readonly shoppers: number;
  readonly seed: number;
}

type Offers = SaleFile['offers'];

/** One of the offers, in proportion to their caps. */
function drawOffer(offers: Offers, random: () => number): Offers[number] {
  const units = offers.reduce((sum, { cap }) => sum + cap, 0);
  let at = random() * units;
  return offers.find(({ cap }) => (at -= cap) < 0) ?? offers.at(-1)!;
}

/** A flash offer alone, or a cart of one or two lines. */
function drawLines({ offers }: SaleFile, random: () => number): UnitsOf[] {
  const isFlash = random() < FLASH_SHARE;
  const shelf = offers.filter(({ lane }) => (lane === 'flash') === isFlash);
  const count = isFlash ? 1 : 2;
  const drawn = Array.from({ length: count }, () => drawOffer(shelf, random).id);
  return [...new Set(drawn)].map((offer) => {
    return { offer, quantity: 1 + Math.floor(random() * QUANTITY_TO) };
  });
}

export function makeEarlyCrowd(wanted: CrowdWanted): EarlyShopper[] {
  const { file, jwtSecret, shoppers, seed } = wanted;
  const random = seededRandom(seed);
  return Array.from({ length: shoppers }, (_, i) => {
    const sub = shopperName(i);
    const claims = { sub, role: 'shopper' } as const;
    const token = signToken(jwtSecret, claims, { ttlSeconds: TOKEN_TTL_SECONDS });
    return { shopper: sub, token, lines: drawLines(file, random) };
  });
}

export function* dealCourses(): Generator<Course, never> {
  for (let deck = 0; deck < DECKS; deck++) yield* DECK;
  for (let dealt = 1; ; dealt++) yield dealt % ONE_LEAVES_OF === 0 ? 'leave' : 'pay';
}
