import { PUBLIC } from '../../domain/people/viewer.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import type { Claims } from './read-claims.ts';

/** Shoppers see what everyone sees. @param claims null: the request has no token */
export function viewerOf(claims: Claims | null): Viewer {
  if (claims?.role === 'operator') return { kind: 'operator' };
  if (claims?.role === 'merchant') return { kind: 'store', store: claims.store! };
  return PUBLIC;
}
