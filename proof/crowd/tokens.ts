import { readFileSync, writeFileSync } from 'node:fs';
import { signFor } from '../builders/secrets.ts';

/** A shopper with tokens to use in turn. */
export interface TokenHolder {
  readonly shopper: string;
  readonly tokens: readonly string[];
}

interface TokensWanted {
  readonly file: string;
  readonly jwtSecret: string;
  readonly shoppers: number;
  /** Tokens per shopper, used in turn; 1 unless given. */
  readonly perShopper?: number;
  readonly ttlSeconds?: number;
}

const TTL_SECONDS = 3_600;

/** The name of a rush's shopper; numbers begin at 0. */
export const shopperName = (number: number): string => `shopper-${String(number).padStart(6, '0')}`;

/** Signs all tokens before the rush, so that signing is not measured. */
export function writeTokens(wanted: TokensWanted): void {
  const { file, jwtSecret, shoppers, perShopper = 1, ttlSeconds = TTL_SECONDS } = wanted;
  const lines = Array.from({ length: shoppers }, (_, i) => {
    const sub = shopperName(i);
    const tokens = Array.from({ length: perShopper }, (_, turn) =>
      signFor(jwtSecret, { sub, role: 'shopper' }, ttlSeconds + turn),
    );
    return [sub, ...tokens].join('\t');
  });
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

export function readTokens(file: string): TokenHolder[] {
  const lines = readFileSync(file, 'latin1').trimEnd().split('\n');
  return lines.map((line) => {
    const [shopper, ...tokens] = line.split('\t');
    return { shopper: shopper!, tokens };
  });
}
