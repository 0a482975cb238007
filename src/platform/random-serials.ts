import { randomBytes } from 'node:crypto';

const BYTES = 16;
const AT_ONCE = 256;

/**
 * A source of random names: 22 characters of base64url, 128 bits each. It draws the random bytes
 * for 256 names at once.
 */
export function randomSerials(): () => string {
  let bytes = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === bytes.length) {
      bytes = randomBytes(BYTES * AT_ONCE);
      used = 0;
    }
    return bytes.toString('base64url', used, (used += BYTES));
  };
}
