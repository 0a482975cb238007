/** The ids of things that a world has, by what they name, such as `order`. */
export class KnownIds {
  readonly #ids = new Map<string, string[]>();

  /** @param ids the last ones are forgotten first when there are too many */
  add(kind: string, ...ids: readonly string[]): void {
    const known = this.#ids.get(kind) ?? [];
    this.#ids.set(kind, [...ids, ...known.filter((id) => !ids.includes(id))].slice(0, MOST));
  }

  /** Forgets all ids of a kind and knows these. */
  replace(kind: string, ids: readonly string[]): void {
    this.#ids.set(kind, ids.slice(0, MOST));
  }

  /** @returns `none` when it knows no id of the kind */
  pick(kind: string, at: number): string {
    const known = this.#ids.get(kind) ?? [];
    return known[at % known.length] ?? 'none';
  }
}

/** Ids of a kind that are remembered. */
const MOST = 64;
