export type Role = 'shopper' | 'merchant' | 'operator';

/** What a token says of its holder. The page only shows it: the service alone verifies tokens. */
export interface Claims {
  readonly sub: string;
  readonly role: Role;
  readonly store: string | null;
  /** A shopper's tier. */
  readonly member: string | null;
  /** When the token expires, in ms since 1970. */
  readonly untilMs: number;
}

const ROLES: readonly string[] = ['shopper', 'merchant', 'operator'] satisfies Role[];
const MS_PER_S = 1_000;

const isRole = (word: unknown): word is Role => ROLES.some((role) => role === word);

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function payloadOf(token: string): unknown {
  const [, payload = ''] = token.split('.');
  const base64 = payload.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** @returns null when the text is no token that the service could accept */
export function readClaims(token: string): Claims | null {
  try {
    const payload = payloadOf(token);
    if (typeof payload !== 'object' || payload === null) return null;
    const { sub, role, store, member, exp }: Record<string, unknown> = { ...payload };
    if (typeof sub !== 'string' || !isRole(role) || typeof exp !== 'number') return null;
    return {
      sub,
      role,
      store: textOrNull(store),
      member: textOrNull(member),
      untilMs: exp * MS_PER_S,
    };
  } catch {
    return null;
  }
}
