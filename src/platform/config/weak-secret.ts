/** A random text of 32 hexadecimal digits has some 90 bits by the measure below. */
const BITS_LEAST = 48;
const CHARACTERS_LEAST = 32;

/** Words of secrets in tutorials, in sample configurations and on lists of leaked passwords. */
const WELL_KNOWN = [
  ...['secret', 'password', 'passwort', 'passphrase', 'changeme', 'change-me', 'change_me'],
  ...['changeit', 'replace', 'example', 'sample', 'default', 'testing', 'test', 'dummy'],
  ...['letmein', 'welcome', 'iloveyou', 'qwertyuiop', 'qwerty', 'asdfghjkl', 'admin', 'root'],
  ...['supersecret', 'your', 'this', 'that', 'some', 'very', 'long', 'least', 'random'],
  ...['string', 'characters', 'character', 'bits', 'bytes', 'token', 'jwt', 'hs256', 'key'],
  ...['doorbuster', 'development', 'production', 'insecure', 'please', 'keyboardcat'],
].toSorted((a, b) => b.length - a.length);
const wellKnown = new RegExp(WELL_KNOWN.join('|'), 'g');
const REPEATED = /^(.+?)\1+$/s;

/**
 * Says why a secret could be guessed. It finds what people type, not a bad source of randomness.
 * @returns words that follow `must`; null: nothing is wrong
 */
export function weaknessOf(secret: string): string | null {
  if (secret.length < CHARACTERS_LEAST) return `have ${CHARACTERS_LEAST} characters or more`;
  if (REPEATED.test(secret)) return 'not repeat one part';
  const own = secret.toLowerCase().replaceAll(wellKnown, '');
  if (bitsOf(own) >= BITS_LEAST) return null;
  return own.length < secret.length
    ? 'not consist of well-known words'
    : 'not use few characters or a row of neighbours';
}

/** Shannon's measure over the characters. A character that only continues a row counts nothing. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    if (step >= -1 && step <= 1) continue;
    counts.set(text[i]!, (counts.get(text[i]!) ?? 0) + 1);
    length += 1;
  }
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / length);
  return bits;
}
