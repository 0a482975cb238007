import { isLoopback } from './loopback.ts';
import { weaknessOf } from './weak-secret.ts';

/** Parsers of variables. Each throws a `RangeError` that says what the text must be. */

const secretsMost = 4;
/** The bytes that the base64 after `whsec_` encodes, as Standard Webhooks has it. */
const eventSecretBytes = { least: 24, most: 64 };

export function optional<Value>(parse: (text: string) => Value) {
  return (text: string): Value | undefined => (text === '' ? undefined : parse(text));
}

/** Accepts the URL of one server. Its password may contain a comma, its host may not. */
export function serverUrl(...schemes: readonly string[]) {
  return (text: string): string => {
    const isOurs = schemes.some((scheme) => text.startsWith(`${scheme}://`));
    if (isOurs && URL.parse(text)?.host.includes(',') === false) return text;
    throw new RangeError(`must be one URL that begins with ${schemes.join(':// or ')}://`);
  };
}

/** Accepts the URL of a Redis, which may end with the number of a database. */
export function redisUrl(text: string): string {
  const url = serverUrl('redis', 'rediss')(text);
  if (/^\/?\d*$/.test(new URL(url).pathname)) return url;
  throw new RangeError('must end with the number of a database, such as /0, or with none');
}

/** Secrets with commas between, the newest first; none may be weak. */
export function secrets(text: string): readonly string[] {
  const found = list(() => true, '')(text);
  if (found.length > secretsMost) throw new RangeError(`must be ${secretsMost} secrets at most`);
  for (const one of found) strongSecret(one);
  return found;
}

export function strongSecret(text: string): string {
  const weakness = weaknessOf(text);
  if (weakness === null) return text;
  throw new RangeError(`must ${weakness}: openssl rand -base64 32 prints a good one`);
}

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new RangeError(`must be a whole number from ${least} to ${most}`);
  };
}

export function oneOf<const Words extends readonly string[]>(words: Words) {
  return (text: string): Words[number] => {
    if (words.includes(text)) return text;
    throw new RangeError(`must be one of ${words.join(', ')}`);
  };
}

export const yesOrNo = (text: string): boolean => oneOf(['true', 'false'])(text) === 'true';

export function httpUrl(text: string): string {
  const url = URL.parse(text);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (isHttp && url.search === '' && url.hash === '') return text.replace(/\/+$/, '');
  throw new RangeError('must be a URL such as http://127.0.0.1:8090');
}

/** Keys that anyone on the way could exchange would verify anything, so they come by TLS. */
export function keysUrl(text: string): string {
  const url = URL.parse(text);
  const isNear = url !== null && isLoopback(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isNear);
  if (isSafe && url.username === '' && url.password === '') return text;
  throw new RangeError('must begin with https://, or with http:// on this machine');
}

/** A page that visitors are sent to, and that sends them back with a token. */
export function signInUrl(text: string): string {
  if (!text.includes('#')) return keysUrl(text);
  throw new RangeError('must have no fragment: the pages could not say where to return');
}

export function stripeKey(text: string): string {
  if (/^(sk|rk)_\w+$/.test(text)) return text;
  throw new RangeError('must begin with sk_ or rk_');
}

export function isEventSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const { least, most } = eventSecretBytes;
  return bytes.toString('base64') === base64 && bytes.length >= least && bytes.length <= most;
}

export function list(isOne: (item: string) => boolean, what: string) {
  return (text: string): readonly string[] => {
    const items = text.split(',').map((item) => item.trim());
    const found = items.filter((item) => item !== '');
    if (found.every(isOne)) return Object.freeze(found);
    throw new RangeError(`must be ${what}, with commas between`);
  };
}

/** A host, with a port or not, as the origin of an https address has it. */
export const isHost = (text: string): boolean =>
  /^[a-z0-9.-]+(:\d+)?$/.test(text) && isOrigin(`https://${text}`);

/** An origin is scheme, host and port. With a path it would never match a browser's header. */
export function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}
