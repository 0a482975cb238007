/**
 * An order or a claim took what nobody had given. Settlement treats it as a broken CHECK, which is
 * as wrong.
 */
export class NeverGiven extends Error {
  override readonly name = 'NeverGiven';
}

/** A cell handed back units that the ledger had not asked for. */
export class NeverAsked extends Error {
  override readonly name = 'NeverAsked';
}

/** @throws NeverGiven when a statement changed fewer rows than it should have */
export function expectRows(changed: number, expected: number, missing: string): void {
  if (changed !== expected) throw new NeverGiven(missing);
}
