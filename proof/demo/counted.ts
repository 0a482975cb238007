/** A number with what it counts: `1 offer`, `3 offers`. @param thing in the singular */
export const counted = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`;
