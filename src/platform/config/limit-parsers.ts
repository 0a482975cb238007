import { isIP } from 'node:net';
import { list } from './parsers.ts';

/**
 * What has a rate limit. `bad_token`: the bad tokens of an address · `store`: all merchants of a
 * store together, for what they write.
 */
export const LIMITED = [
  'anonymous',
  'bad_token',
  'shopper',
  'merchant',
  'store',
  'operator',
] as const;
export type Limited = (typeof LIMITED)[number];

/** Tokens that flow in each second, and the most that a caller can save up. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Null: no limit. */
export type RateLimits = Readonly<Record<Limited, RateLimit | null>>;

const mostTokens = 1_000_000;
const noLimits: RateLimits = Object.freeze({
  anonymous: null,
  bad_token: null,
  shopper: null,
  merchant: null,
  store: null,
  operator: null,
});

function rateLimit(name: string, text: string): RateLimit | null {
  if (text === 'off') return null;
  const [, perSecond = 0, burst = 0] = (/^(\d{1,7})\/s:(\d{1,7})$/.exec(text) ?? []).map(Number);
  const isSound = perSecond >= 1 && perSecond <= mostTokens && burst <= mostTokens;
  if (isSound && burst >= perSecond) return Object.freeze({ perSecond, burst });
  throw new RangeError(
    `must give ${name} off, or tokens a second and a burst that is not smaller, such as 40/s:200`,
  );
}

const unknownLimit = (name: string): string =>
  `must be off, or limits such as shopper=40/s:200; ${JSON.stringify(name)} is not one of ` +
  LIMITED.join(', ');

const isLimited = (name: string): name is Limited => LIMITED.some((one) => one === name);

/**
 * Reads limits such as `shopper=40/s:200,operator=off`.
 * @param others the limits of those that a text does not name
 */
export function rateLimits(others: string | null) {
  const unnamed = others === null ? noLimits : rateLimits(null)(others);
  return (text: string): RateLimits => {
    if (text === '') return unnamed;
    if (text === 'off') return noLimits;
    const limits = { ...unnamed };
    const named = new Set<string>();
    for (const item of text.split(',')) {
      const [name = '', limit = ''] = item.split('=', 2).map((part) => part.trim());
      if (!isLimited(name)) throw new RangeError(unknownLimit(name));
      if (named.has(name)) throw new RangeError(`must name ${name} once`);
      named.add(name);
      limits[name] = rateLimit(name, limit);
    }
    return Object.freeze(limits);
  };
}

/** Proxies in front of us: how many, or the addresses and networks they may have. */
export type TrustProxy = number | readonly string[];

const mostProxies = 9;
const prefixBits = { 4: 32, 6: 128 } as const;

function isNetwork(item: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(item) ?? [];
  const version = isIP(address);
  if (version !== 4 && version !== 6) return false;
  return prefix === undefined || Number(prefix) <= prefixBits[version];
}

export function trustProxy(text: string): TrustProxy {
  const what = `a number up to ${mostProxies}, or addresses and networks such as 10.0.0.0/8`;
  if (!/^\d+$/.test(text)) return list(isNetwork, what)(text);
  const hops = Number(text);
  if (hops >= 1 && hops <= mostProxies) return hops;
  throw new RangeError(`must be ${what}`);
}

/** Where the classes of routes begin to be turned away: `first`, `middle` and `last`. */
export type ShedLines = readonly [number, number, number];

/** @returns null for `off` */
export function shedLines(text: string): ShedLines | null {
  if (text === 'off') return null;
  const lines = text.split(',').map((item) => item.trim());
  const [first = 0, middle = 0, last = 0] = lines.map(Number);
  const areNumbers = lines.length === 3 && lines.every((line) => /^\d{1,7}$/.test(line));
  if (areNumbers && first > 0 && first <= middle && middle <= last) {
    return Object.freeze([first, middle, last] as const);
  }
  throw new RangeError('must be off, or three whole numbers that do not fall, with commas between');
}
