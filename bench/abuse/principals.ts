import { randomBytes } from 'node:crypto';
import { DAY_S, signFor } from '../../proof/builders/secrets.ts';
import type { TokenClaims } from '../../src/process/cli/people/sign-token.ts';
import { BENCH_STORE } from '../over-http/put-on-sale.ts';
import { ATTACKERS, MALL_STORE, attackerName, draftStore } from './mall.ts';

/** Tokens of the attackers; each list is of one kind of principal. */
export interface Principals {
  readonly shoppers: readonly string[];
  /** All of the store whose offer honest shoppers buy. */
  readonly sellers: readonly string[];
  /** All of a store of the mall. */
  readonly mallMerchants: readonly string[];
  /** Each of a store of its own, which is a member of the draft. */
  readonly draftMerchants: readonly string[];
  /** Well-formed, and signed with a secret of the attackers. No two are alike. */
  readonly forged: readonly string[];
}

const FORGED = 2_000;
const SECRET_BYTES = 32;

export function attackPrincipals(jwtSecret: string): Principals {
  const forgery = randomBytes(SECRET_BYTES).toString('base64url');
  const tokens = (count: number, secret: string, claims: (number: number) => TokenClaims) =>
    Array.from({ length: count }, (_, number) => signFor(secret, claims(number), DAY_S));
  const shopper = (number: number): TokenClaims => ({ sub: attackerName(number), role: 'shopper' });
  const merchantOf = (storeOf: (number: number) => string) =>
    tokens(ATTACKERS, jwtSecret, (number) => {
      const store = storeOf(number);
      return { sub: `${attackerName(number)}-of-${store}`, role: 'merchant', store };
    });
  return {
    shoppers: tokens(ATTACKERS, jwtSecret, shopper),
    sellers: merchantOf(() => BENCH_STORE),
    mallMerchants: merchantOf(() => MALL_STORE),
    draftMerchants: merchantOf(draftStore),
    forged: tokens(FORGED, forgery, shopper),
  };
}
