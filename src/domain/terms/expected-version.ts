/**
 * What a change expects of the thing that it changes. `any`: it does not say · `absent`: there is
 * no such thing yet · `present`: there is one · `oneOf`: it has one of these versions.
 */
export type Expected =
  | { readonly kind: 'any' | 'absent' | 'present' }
  | { readonly kind: 'oneOf'; readonly versions: readonly string[] };

/** The change replaces anything. */
export const ANY: Expected = { kind: 'any' };

/** @param version of the thing as it is; null: there is none */
export function meets(expected: Expected, version: string | null): boolean {
  switch (expected.kind) {
    case 'any':
      return true;
    case 'absent':
      return version === null;
    case 'present':
      return version !== null;
    case 'oneOf':
      return version !== null && expected.versions.includes(version);
  }
}
