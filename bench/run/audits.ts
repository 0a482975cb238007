import { NoNumber } from './no-number.ts';

const SHOWN = 3;

/** Counts the audits of a run. A run without clean audits gives no figures. */
export class Audits {
  #sales = 0;
  #brokenPromises = 0;

  get counts(): { readonly sales: number; readonly brokenPromises: number } {
    return { sales: this.#sales, brokenPromises: this.#brokenPromises };
  }

  /** @throws NoNumber when the audit of a sale found anything */
  note(sale: string, brokenPromises: readonly unknown[]): void {
    this.#sales++;
    this.#brokenPromises += brokenPromises.length;
    if (brokenPromises.length === 0) return;
    const shown = brokenPromises.slice(0, SHOWN).map((one) => JSON.stringify(one));
    throw new NoNumber(`${sale}: ${brokenPromises.length} broken promises: ${shown.join('; ')}`);
  }
}
