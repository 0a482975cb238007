import { signFor } from '../../builders/secrets.ts';
import type { UnitsOf } from '../../checker/compare-books.ts';
import { seededRandom } from '../seeded-random.ts';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import { shopperName } from '../tokens.ts';

/** A shopper who comes when the sale opens, drawn from a seed. */
export interface EarlyShopper {
  readonly shopper: string;
  readonly token: string;
  readonly lines: readonly UnitsOf[];
}

/**
 * The course of an order. `decline`: the first card fails, the next pays · `leave`: it is never
 * paid · `begin`: a payment is begun and abandoned · `part`, `whole`: it is paid, then refunded in
 * part or as a whole, with `_back` so that its units are on sale again.
 */
export type Course =
  'pay' | 'decline' | 'leave' | 'begin' | 'cancel' | 'part' | 'part_back' | 'whole' | 'whole_back';

/** Courses in the order in which placed orders get them, so that each course occurs. */
const DECK: readonly Course[] = [
  ...(['leave', 'pay', 'whole_back', 'begin', 'decline', 'pay', 'cancel', 'part'] as const),
  ...(['leave', 'pay', 'part_back', 'begin', 'pay', 'whole', 'cancel', 'pay', 'leave'] as const),
];
/** After this many decks all pay except one in `ONE_LEAVES_OF`: some units come back late, too. */
const DECKS = 3;
const ONE_LEAVES_OF = 16;

const FLASH_SHARE = 0.5;
const QUANTITY_TO = 2;

interface CrowdWanted {
  readonly file: SaleFile;
  readonly jwtSecret: string;
  readonly shoppers: number;
  readonly seed: number;
}

type Offers = SaleFile['offers'];

/** Draws an offer in proportion to the caps. */
function drawOffer(offers: Offers, random: () => number): Offers[number] {
  const units = offers.reduce((sum, { cap }) => sum + cap, 0);
  let at = random() * units;
  return offers.find(({ cap }) => (at -= cap) < 0) ?? offers.at(-1)!;
}

/** Draws a flash offer alone, or a cart of one or two lines. */
function drawLines({ offers }: SaleFile, random: () => number): UnitsOf[] {
  const isFlash = random() < FLASH_SHARE;
  const shelf = offers.filter(({ lane }) => (lane === 'flash') === isFlash);
  const count = isFlash ? 1 : 2;
  const drawn = Array.from({ length: count }, () => drawOffer(shelf, random).id);
  return [...new Set(drawn)].map((offer) => {
    return { offer, quantity: 1 + Math.floor(random() * QUANTITY_TO) };
  });
}

/** Makes shoppers with the lines that each of them asks for first. */
export function makeEarlyCrowd(wanted: CrowdWanted): EarlyShopper[] {
  const { file, jwtSecret, shoppers, seed } = wanted;
  const random = seededRandom(seed);
  return Array.from({ length: shoppers }, (_, i) => {
    const sub = shopperName(i);
    const claims = { sub, role: 'shopper' } as const;
    const token = signFor(jwtSecret, claims);
    return { shopper: sub, token, lines: drawLines(file, random) };
  });
}

/** Deals out courses without end: `DECKS` decks, then mostly `pay`. */
export function* dealCourses(): Generator<Course, never> {
  for (let deck = 0; deck < DECKS; deck++) yield* DECK;
  for (let dealt = 1; ; dealt++) yield dealt % ONE_LEAVES_OF === 0 ? 'leave' : 'pay';
}
