/** A place in a cell that is not what the ledger says. */
export interface Finding {
  /** The key, and the field in it: `offers/a`. Of a shopper only the key. */
  readonly where: string;
  /** Whose record it is. */
  readonly shopper?: string;
  readonly detail: string;
}

/** The key and the field: `offers/a`, `shoppers/u1`. */
export const placeOf = ({ where, shopper }: Finding): string =>
  shopper === undefined ? where : `${where}/${shopper}`;

export const inWords = (finding: Finding): string => `${placeOf(finding)}: ${finding.detail}`;

/** What was found, without the ids of shoppers: logs may not have them. */
export const forLogs = (found: readonly Finding[]): string =>
  [...new Set(found.map(({ where, detail }) => `${where}: ${detail}`))].toSorted().join('; ');
