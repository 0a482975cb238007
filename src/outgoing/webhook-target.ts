import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { MAX_URL_CHARACTERS } from '../domain/webhook.ts';

/** Where an endpoint of someone else may be. */
export interface TargetOptions {
  /** For development: plain HTTP and private addresses, too. */
  readonly allowPrivate: boolean;
}

/** The host turned out to be at an address that nobody outside should make us call. */
export class PrivateTarget extends Error {
  override readonly name = 'PrivateTarget';
}

/** Addresses that are not of the public internet, by the IANA registries of special ones. */
const SPECIAL_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Of these only what is inside 2000::/3 matters: all else is special anyway. */
const SPECIAL_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of SPECIAL_V6) special.addSubnet(net, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** True for addresses of the public internet alone; an IPv4 address in an IPv6 one never is. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * Names that are, with all below them, never of the public internet, though some network may know
 * them: RFC 6761, 6762, 7686 and 8375, ICANN's `internal`, and what private networks are called.
 */
export const LOCAL_NAMES: readonly string[] = [
  ...['localhost', 'local', 'internal', 'home.arpa', 'lan', 'corp', 'svc', 'test', 'onion'],
];
/** What a terminal or a log could be led astray by; a parser drops or turns some of it unseen. */
const UNFIT = /[\s\p{Cc}\\]/u;

const TOO_LONG = `must have at most ${MAX_URL_CHARACTERS} characters, also when it is escaped`;
const HTTPS_PORT = 443;
const FIRST_FREE_PORT = 1024;

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

function hostFault(host: string): string | null {
  if (isIP(host) !== 0) return isPublicAddress(host) ? null : 'must not be a private address';
  const name = host.replace(/\.$/, '');
  const isLocal =
    !name.includes('.') || LOCAL_NAMES.some((local) => `.${name}`.endsWith(`.${local}`));
  return isLocal ? 'must have a host of the public internet' : null;
}

/**
 * What is wrong with a URL as a target, as far as it can be told without asking where its host is:
 * that is for `publicLookup`, each time one connects. One without fault is kept as its `href`.
 */
export function targetFault(text: string, { allowPrivate }: TargetOptions): string | null {
  if (text.length > MAX_URL_CHARACTERS) return TOO_LONG;
  const url = URL.parse(text);
  if (!url) return 'is not a URL';
  if (url.href.length > MAX_URL_CHARACTERS) return TOO_LONG;
  if (UNFIT.test(text)) return 'must not have whitespace, control characters or backslashes';
  const isHttp = allowPrivate && url.protocol === 'http:';
  if (url.protocol !== 'https:' && !isHttp) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not have a user or password';
  if (url.hash !== '') return 'must not have a fragment';
  if (allowPrivate) return null;
  const port = Number(url.port || HTTPS_PORT);
  if (port !== HTTPS_PORT && port < FIRST_FREE_PORT) return 'must be at port 443, or above 1023';
  return hostFault(hostOf(url));
}

/**
 * Resolves a host for the very connection that is about to be made, so that another answer a moment
 * later changes nothing. One private address among several is enough to refuse.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '');
    const isPublic = addresses.every(({ address }) => isPublicAddress(address));
    const first = addresses[0];
    if (!isPublic || !first) return done(new PrivateTarget('the host is at a private address'), '');
    if (options.all) return done(null, addresses);
    return done(null, first.address, first.family);
  });
};
