import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TrustProxy } from '../../platform/config/limit-parsers.ts';

/** Says which address a request comes from. IPv6 callers are told apart by their first 64 bits. */
export type AddressOf = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

export interface AddressOptions {
  /** A number of proxies, or their networks; undefined: there are none. */
  readonly trust: TrustProxy | undefined;
  /** Told once: a request came through a proxy that nobody told us to trust. */
  readonly onUnknownProxy: () => void;
}

/** All callers whose address nobody can read count as one. */
const UNKNOWN = 'unknown';
const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Some proxies add the port: `192.0.2.1:80`, `[2001:db8::1]:80`. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?)$/;
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/** @returns null when the text is no address */
function addressIn(text: string): string | null {
  const [, v4, v6] = WITH_PORT.exec(text) ?? [];
  const bare = v4 ?? v6 ?? text;
  const address = V4_IN_V6.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? null : address;
}

/** An IPv6 subscriber has 64 bits to choose from; the first 64 name the network. */
function callerOf(address: string | null): string {
  if (address === null) return UNKNOWN;
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('%', 1)[0]!.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === '' ? [] : tail.split(':');
  // A dotted tail fills two groups.
  const width = behind.length + (tail.includes('.') ? 1 : 0);
  while (groups.length + width < ALL_GROUPS) groups.push('0');
  const network = [...groups, ...behind].slice(0, NETWORK_GROUPS);
  return `${network.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::`;
}

function trustedList(addresses: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of addresses) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The addresses a request came through, the nearest first. A proxy appends the one it saw. */
function* hopsOf({ socket, headers }: Parameters<AddressOf>[0]): Generator<string | null> {
  yield addressIn(socket.remoteAddress ?? '');
  const chain = String(headers['x-forwarded-for'] ?? '');
  for (let end = chain.length; end > 0;) {
    const comma = chain.lastIndexOf(',', end - 1);
    yield addressIn(chain.slice(comma + 1, end).trim());
    end = comma;
  }
}

function nearestAddress(onUnknownProxy: () => void): AddressOf {
  let isTold = false;
  return ({ socket, headers }) => {
    if (!isTold && headers['x-forwarded-for'] !== undefined) {
      isTold = true;
      onUnknownProxy();
    }
    return callerOf(addressIn(socket.remoteAddress ?? ''));
  };
}

/**
 * Reads `X-Forwarded-For` only as far as the proxies are trusted: callers can write into it what
 * they like, but a trusted proxy appends the address that it saw.
 */
export function addressReader({ trust, onUnknownProxy }: AddressOptions): AddressOf {
  if (trust === undefined) return nearestAddress(onUnknownProxy);
  const isTrusted = typeof trust === 'number' ? null : trustedList(trust);
  return (request) => {
    let found: string | null = null;
    let hops = 0;
    for (const address of hopsOf(request)) {
      found = address;
      const isProxy = isTrusted ? address !== null && isTrusted(address) : hops < Number(trust);
      if (!isProxy) break;
      hops++;
    }
    return callerOf(found);
  };
}
