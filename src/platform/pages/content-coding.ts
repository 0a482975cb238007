import type { Coding } from './built-file.ts';

/** At equal preference the first one is chosen. */
const CODINGS: readonly Coding[] = ['br', 'gzip', 'identity'];
/** One member of the list: a coding or `*`, and its weight. */
const MEMBER = /^\s*([\w*-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;
/** A longer header is ignored. */
const MAX_CHARACTERS = 256;

/** The weights by coding. A malformed member is passed over. */
function weightsIn(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const member of header.split(',')) {
    const [, name, weight] = MEMBER.exec(member) ?? [];
    if (name === undefined) continue;
    const coding = name.toLowerCase();
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, weight === undefined ? 1 : Number(weight));
  }
  return weights;
}

/**
 * The coding that an `Accept-Encoding` prefers (RFC 9110, 12.5.3). A client that accepts none of
 * ours gets the body as it is.
 */
export function preferredCoding(header: string | undefined): Coding {
  if (header === undefined || header.length > MAX_CHARACTERS) return 'identity';
  const weights = weightsIn(header);
  const any = weights.get('*') ?? 0;
  let best: Coding = 'identity';
  let most = 0;
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? any;
    if (weight > most) [best, most] = [coding, weight];
  }
  return best;
}
