import { InvalidArgumentError } from 'commander';

/** For an option of a command line: a whole number from 1 to `most`. */
export const wholeUpTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
};
