/** A place in a cell that is not what the ledger says. */
export interface Finding {
  /** The key, and the field in it: `offers/a`. */
  readonly where: string;
  readonly detail: string;
}

export const inWords = ({ where, detail }: Finding): string => `${where}: ${detail}`;
