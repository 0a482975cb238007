import { InvalidArgumentError } from 'commander';

/** Parses an option of a command line: a whole number from `least` to `most`. */
export const wholeUpTo =
  (most: number, least = 1) =>
  (text: string) => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
