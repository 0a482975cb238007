import { isIP } from 'node:net';

/**
 * True for this machine itself, by name or address.
 * @param host without a port; an IPv6 address may stand in brackets
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
