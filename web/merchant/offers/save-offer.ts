import { getOffer, patchOffer } from '../../../client/index.ts';
import type { OfferPatchBody, OfferTerms, PatchOfferResponses } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';
import { findChange } from '../saving/find-change.ts';
import type { SaveRequest } from '../saving/save.ts';
import { hasAll } from './typed-offer.ts';

export type PatchedOffer = PatchOfferResponses[keyof PatchOfferResponses];

/** An offer by sale and id. */
export interface OfferName {
  readonly sale: string;
  readonly offer: string;
}

export const readOffer = ({ connection }: Pick<Page, 'connection'>, path: OfferName) =>
  getOffer({ client: connection.read, path });

/**
 * A change of some terms of an offer.
 * @param tag the version that it replaces
 */
export function offerChange(
  page: Pick<Page, 'connection' | 'clock'>,
  path: OfferName,
  { tag, patch }: { readonly tag: string; readonly patch: OfferPatchBody },
): SaveRequest<OfferTerms, PatchedOffer> {
  const { connection, clock } = page;
  return {
    known: { tag },
    send: (headers) => patchOffer({ client: connection.change, path, headers, body: patch }),
    read: () => readOffer(page, path),
    isDone: (terms) => hasAll(terms, patch),
    findChange: () => findChange(connection.read, path.sale, `offer:${path.offer}`, clock.now()),
  };
}
