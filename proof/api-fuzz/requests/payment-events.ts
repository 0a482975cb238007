import fc from 'fast-check';
import { SandboxEvent } from '../../../src/provider/sandbox-messages.ts';
import type { ApiDocument, Operation } from '../document/api-document.ts';
import type { Schema } from '../document/closed-schemas.ts';
import type { DrawnFor } from './drawn.ts';
import { spoil, spoiledJson } from './spoil.ts';
import { Values, known } from './values-of.ts';

const KINDS = ['authorized', 'captured', 'failed', 'voided', 'refunded', 'unheard_of'];
const SPOILS_MAX = 2;

/**
 * Events that the payment provider has signed, sound or not. The document leaves their bodies to
 * the provider, so they come from the provider's own schema.
 */
export function eventRequest(document: ApiDocument, operation: Operation): fc.Arbitrary<DrawnFor> {
  const any = new Values(document).of(SandboxEvent as unknown as Schema) as fc.Arbitrary<object>;
  const named = fc.record({
    type: fc.constantFrom(...KINDS).map((kind) => `payment.${kind}`),
    timestamp: fc.constant('2025-11-28T00:00:00.000Z'),
    data: fc.record({
      id: known('ref'),
      payment: known('payment'),
      order: known('order'),
      amount: fc.constantFrom(2_970, 990, 0, -1),
      currency: fc.constantFrom('CNY', 'USD'),
    }),
  });
  const spoils = fc.oneof(fc.constant([]), fc.array(spoil, { maxLength: SPOILS_MAX }));
  return fc.tuple(fc.oneof(named, any), spoils).map(([event, list]) => {
    const body = spoiledJson(event, list);
    const headers = { 'content-type': 'application/json' };
    const rest = { caller: 'nobody', isNarrow: false, isSigned: true } as const;
    return { operation, drawn: { ...rest, method: 'POST', url: operation.path, headers, body } };
  });
}
