import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { MAX_URL_CHARACTERS } from '../domain/webhook.ts';

/** Which addresses an endpoint may have. */
export interface TargetOptions {
  /** For development: also allows plain HTTP and private addresses. */
  readonly allowPrivate: boolean;
}

/** The host has an address that nobody outside may make us call. */
export class PrivateTarget extends Error {
  override readonly name = 'PrivateTarget';
}

/** Addresses outside the public internet, from IANA's registries of special addresses. */
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
/** Only special networks inside 2000::/3: every address outside it counts as special. */
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

/** True for addresses of the public internet; an IPv4 address inside an IPv6 one is not. */
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
 * Domains that, with everything below them, are never on the public internet, though some networks
 * resolve them: RFC 6761, 6762, 7686 and 8375, ICANN's `internal`, and usual private names.
 */
export const LOCAL_NAMES: readonly string[] = [
  ...['localhost', 'local', 'internal', 'home.arpa', 'lan', 'corp', 'svc', 'test', 'onion'],
];
/** Characters that can mislead a terminal or a log, or that a parser silently drops or changes. */
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
 * What is wrong with a URL as a target, or null. It does not resolve the host: `publicLookup` does
 * so at each connection. A URL without a fault is stored as its `href`.
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
 * Resolves a host for the connection that is about to open, so that a different answer a moment
 * later changes nothing. Refuses a host with any private address.
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
