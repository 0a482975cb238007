import Type from 'typebox';
import type { Static } from 'typebox';

const MS_MAX = 600_000;
const LIE_MAX = 1_000_000_000;

const Ms = Type.Optional(Type.Integer({ minimum: 0, maximum: MS_MAX }));
const Rate = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));
const Switch = Type.Optional(Type.Boolean());

/** How the sandbox misbehaves. A field left out is off. */
export const Behaviour = Type.Object(
  {
    /** Waits before each event. */
    delayMs: Ms,
    /** Share of paying shoppers that are declined. */
    declineRate: Rate,
    /** Share of events that are sent twice. */
    duplicateRate: Rate,
    /** Holds back every other event until the one after it was delivered. */
    reorder: Switch,
    /** Added to `delayMs` before the event of a capture. */
    lateMs: Ms,
    /** Holds back events of captures until they are released. */
    late: Switch,
    /** Added to the amount in every event. */
    lie: Type.Optional(Type.Integer({ minimum: -LIE_MAX, maximum: LIE_MAX })),
    /** Added to the amount in every answer to a capture or void. */
    lieInAnswers: Type.Optional(Type.Integer({ minimum: -LIE_MAX, maximum: LIE_MAX })),
    /** Every request about payments is answered 503. */
    down: Switch,
    /** Waits before each answer about payments. */
    slowMs: Ms,
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;

const STEP = 0x6d2b79f5;
const WORDS = 0x1_0000_0000;

/** Seeded (mulberry32): the same answers to the same questions for the same seed. */
export function chances(seed: number): (rate: number) => boolean {
  let state = seed | 0;
  return (rate) => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORDS < rate;
  };
}
