import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { OfferId, SaleId } from '../domain/ids.ts';
import { MAX_OFFERS, offerFaults, saleFaults } from '../domain/sale.ts';
import type { Fault, Offer, SaleTerms } from '../domain/sale.ts';
import { faultOf } from './errors.ts';
import { OfferBody, SaleBody, isTime, offerId, saleId, strict } from './schemas.ts';
import { offerOf, saleTerms } from './terms.ts';

/** A whole sale in one JSON file; docs/sale.schema.json is this. */
export const SaleFile = strict(
  {
    $schema: Type.Optional(Type.String({ description: 'For editors: where this schema is.' })),
    sale: strict({ id: saleId, ...SaleBody.properties }),
    offers: Type.Array(strict({ id: offerId, ...OfferBody.properties }), {
      maxItems: MAX_OFFERS,
    }),
  },
  'A sale with its offers. Money in minor units, times of the years 2000 to 2999 in RFC 3339.',
);
type SaleFile = Static<typeof SaleFile>;

export interface SaleDocument {
  readonly kind: 'sale';
  readonly id: SaleId;
  readonly terms: SaleTerms;
  readonly offers: readonly Offer[];
}

/** What is wrong with a file, and where in it. */
export interface FileFault extends Fault {
  readonly path: string;
}

export type SaleFileRead =
  SaleDocument | { readonly kind: 'faults'; readonly faults: readonly FileFault[] };

const ajv = new Ajv({ allErrors: true, formats: { 'date-time': isTime } });
const validate = ajv.compile<SaleFile>(SaleFile);

/** `line 3, column 7`, for where the parser stopped; without a position that is the end. */
function place(text: string, message: string): string {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function parse(text: string): { value: unknown } | { fault: Fault } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const { message } = error as SyntaxError;
    return { fault: { pointer: '', detail: `is not JSON at ${place(text, message)}: ${message}` } };
  }
}

const inside = (pointer: string, faults: readonly Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));

/** An offer listed twice: one of the two would silently win. */
function duplicateFaults(offers: readonly Offer[]): Fault[] {
  const first = new Map<string, number>();
  return offers.flatMap(({ id }, at) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, at);
    if (before === undefined) return [];
    return [{ pointer: `/offers/${at}/id`, detail: `is the id of /offers/${before} too` }];
  });
}

/**
 * Reads a sale file as a whole: nothing of it is to be applied while anything in it is wrong.
 * @param path for the faults
 */
export function readSaleFile(text: string, path: string): SaleFileRead {
  const failed = (faults: readonly Fault[]): SaleFileRead => ({
    kind: 'faults',
    faults: faults.map(({ pointer, detail }) => ({ path, pointer, detail })),
  });
  const parsed = parse(text);
  if ('fault' in parsed) return failed([parsed.fault]);
  const { value } = parsed;
  if (!validate(value)) {
    return failed((validate.errors as ErrorObject[]).map((error) => faultOf(error, '')));
  }
  const terms = saleTerms(value.sale);
  const offers = value.offers.map((body) => offerOf(body.id as OfferId, body));
  const faults = [
    ...inside('/sale', saleFaults(terms)),
    ...offers.flatMap((offer, at) => inside(`/offers/${at}`, offerFaults(offer))),
    ...duplicateFaults(offers),
  ];
  return faults.length > 0
    ? failed(faults)
    : { kind: 'sale', id: value.sale.id as SaleId, terms, offers };
}
