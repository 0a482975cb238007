/** In ms since 1970, of a time as the API or a `Date` header writes it; NaN: it is none. */
export const msOf = (text: string): number => Date.parse(text);

/** As the API writes it, in UTC. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString();

/** The year in the visitor's place. */
export const yearOf = (ms: number): number => new Date(ms).getFullYear();
