import { describe, expect, test } from 'vitest';
import { dealRounds, roundsOf, textOf } from '../../../../proof/chaos/episode/deal-rounds.ts';
import { faults } from '../../../../proof/chaos/faults/catalogue.ts';

const WORLDS = 80;
const SEEDS = [1, 2, 3, 4, 5];

/** How often each fault comes alone and in a pair. */
function countsOf(seed: number) {
  const rounds = dealRounds(faults, WORLDS, seed).flatMap((plan) => plan.rounds);
  return faults.map(({ name, group }) => {
    const own = rounds.filter((round) => round.includes(name));
    const alone = own.filter(({ length }) => length === 1).length;
    return { name, group, alone, paired: own.length - alone };
  });
}

describe.each(SEEDS)('a run of 80 worlds, seed %i', (seed) => {
  test('deals every fault twice or more, alone and in pairs', () => {
    const rare = countsOf(seed).filter(({ alone, paired }) => alone < 2 || paired < 2);
    expect(rare).toEqual([]);
  });

  test('deals each half-open and each promotion five times or more', () => {
    const often = countsOf(seed).filter(
      ({ group }) => group === 'half-open' || group === 'promotion',
    );
    expect(often.length).toBeGreaterThan(0);
    expect(often.filter(({ alone, paired }) => alone + paired < 5)).toEqual([]);
  });

  test('never pairs a fault with itself', () => {
    const pairs = dealRounds(faults, WORLDS, seed).flatMap(({ rounds }) => rounds);
    expect(pairs.filter((round) => new Set(round).size < round.length)).toEqual([]);
  });
});

test('one seed deals the same rounds again', () => {
  expect(dealRounds(faults, 6, 17)).toEqual(dealRounds(faults, 6, 17));
});

test('the rounds of a world can be written on a command line', () => {
  const rounds = [['a'], ['b', 'c']];
  expect(textOf(rounds)).toBe('a/b,c');
  expect(roundsOf('a/b,c')).toEqual(rounds);
});
