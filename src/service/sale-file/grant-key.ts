import { hash } from 'node:crypto';
import type { IdempotencyKey } from '../../domain/ids.ts';

const KEY_CHARACTERS = 22;

/** A grant of coupons in a sale file. */
interface FileGrant {
  readonly promotion: string;
  /** In any order. */
  readonly shoppers: readonly string[];
  readonly each: number;
}

/** The same grant has the same key, so that applying it again gives nothing. */
export function grantKey({ promotion, shoppers, each }: FileGrant): IdempotencyKey {
  const content = JSON.stringify([promotion, each, shoppers.toSorted()]);
  const digest = hash('sha256', content, 'base64url').slice(0, KEY_CHARACTERS);
  return `file-${digest}` as IdempotencyKey;
}
