const GOLDEN = 0x9e3779b9;

/** A seeded generator (splitmix32): one seed gives the same throws on any machine. */
export class Dice {
  #state: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.#state = Math.imul(seed, GOLDEN) ^ Math.floor(seed / 0x1_0000_0000);
  }

  /** A whole number from 0 up to, but not including, `bound`, which is at most 2^32. */
  below(bound: number): number {
    this.#state = (this.#state + GOLDEN) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return Math.floor(((mixed ^ (mixed >>> 15)) >>> 0) * (bound / 0x1_0000_0000));
  }

  oneIn(odds: number): boolean {
    return this.below(odds) === 0;
  }

  /** @param list not empty */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** At most `count` items of a list, each once, in random order. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    const some: T[] = [];
    while (some.length < count && rest.length > 0) {
      some.push(...rest.splice(this.below(rest.length), 1));
    }
    return some;
  }
}
