/** Taken was what was never given: as wrong as a broken CHECK, and treated as one. */
export class NeverGiven extends Error {
  override readonly name = 'NeverGiven';
}

/** @throws NeverGiven when fewer rows were found than were to change */
export function expectRows(changed: number, due: number, missing: string): void {
  if (changed !== due) throw new NeverGiven(missing);
}
