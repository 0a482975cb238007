import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { MAX_BUDGETS, MAX_PROMOTIONS } from '../../domain/promotion.ts';
import { DEFAULT_BOUNDS, MAX_OFFERS } from '../../domain/sale.ts';
import type { Fault, SaleStore } from '../../domain/sale.ts';
import { isTimestamp } from '../../domain/timestamps.ts';
import { faultOf } from '../framework-errors.ts';
import { BudgetBody, GrantBody, PromotionBody, balanceFields } from '../terms/promotion-schemas.ts';
import { SaleBody } from '../terms/sale-body.ts';
import { saleFileFaults } from '../../service/sale-file/sale-file-faults.ts';
import type { SaleContents, SaleDocument } from '../../service/sale-file/sale-contents.ts';
import { OfferBody } from '../terms/offer-body.ts';
import { budgetId, named, offerId, promotionId, saleId, shopperId, strict } from '../schemas.ts';
import {
  budgetOf,
  givenBalances,
  offerOf,
  promotionOf,
  saleStores,
  saleTerms,
} from '../terms/bodies-to-terms.ts';

const MAX_GRANTS = 1_000;
const MAX_BALANCES = 10_000;

const listOf = <Item extends TSchema>(item: Item, maxItems: number, description: string) =>
  Type.Optional(Type.Array(item, { maxItems, description }));

/** A whole sale in one JSON file. docs/sale.schema.json publishes this schema. */
export const SaleFile = named(
  'SaleFile',
  strict(
    {
      $schema: Type.Optional(Type.String({ description: 'Tells editors where this schema is.' })),
      sale: named('FileSale', strict({ id: saleId, ...SaleBody.properties })),
      offers: Type.Array(named('FileOffer', strict({ id: offerId, ...OfferBody.properties })), {
        maxItems: MAX_OFFERS,
      }),
      budgets: listOf(
        named('FileBudget', strict({ id: budgetId, ...BudgetBody.properties })),
        MAX_BUDGETS,
        'The money that promotions draw from.',
      ),
      promotions: listOf(
        named('FilePromotion', strict({ id: promotionId, ...PromotionBody.properties })),
        MAX_PROMOTIONS,
        'Rules that lower the price.',
      ),
      coupons: listOf(
        named('FileGrant', strict({ promotion: promotionId, ...GrantBody.properties })),
        MAX_GRANTS,
        'Coupons for shoppers. Repeating a grant gives nothing more.',
      ),
      balances: listOf(
        named('FileBalances', strict({ shopper: shopperId, ...balanceFields })),
        MAX_BALANCES,
        'The total that each shopper has been given.',
      ),
    },
    'A whole sale. Money is in minor units. Times are RFC 3339, in the years 2000 to 2999.',
  ),
);
export type SaleFile = Static<typeof SaleFile>;

/** A fault in a file, and where it is. */
export interface FileFault extends Fault {
  readonly path: string;
}

/** A file as a document, or its faults; a pointer is into the file. */
export type Read<Flaw extends Fault> =
  | (SaleDocument & { readonly kind: 'sale' })
  | { readonly kind: 'faults'; readonly faults: readonly Flaw[] };

const ajv = new Ajv({
  allErrors: true,
  discriminator: true,
  // It names a schema in the API reference.
  keywords: ['x-name'],
  formats: { 'date-time': isTimestamp },
});
const validate = ajv.compile<SaleFile>(SaleFile);

/** What V8 says of a character that it did not expect: the character, then text around it. */
const UNEXPECTED = /^Unexpected token '(.+)', (\.{3})?"(.*)"(?:\.{3})? is not valid JSON$/su;

/** V8 quotes this many characters before the unexpected one, or all of them if there are fewer. */
const QUOTED_BEFORE = 10;

/** @returns null when `part` occurs more than once, or not at all */
function onlyIndexOf(text: string, part: string): number | null {
  const first = text.indexOf(part);
  return first >= 0 && first === text.lastIndexOf(part) ? first : null;
}

/** Where the parser stopped, in UTF-16 units; null when its message does not settle that. */
function positionOf(text: string, message: string): number | null {
  const named = / at position (\d+)/.exec(message)?.[1];
  if (named !== undefined) return Number(named);
  if (message === 'Unexpected end of JSON input') return text.length;
  const [, token = '', isCut, excerpt = ''] = UNEXPECTED.exec(message) ?? [];
  const start = onlyIndexOf(text, excerpt);
  const within = isCut ? QUOTED_BEFORE : onlyIndexOf(excerpt, token);
  if (start === null || within === null) return null;
  return excerpt.startsWith(token, within) ? start + within : null;
}

/** Says on one line what is wrong, and where if that is known, e.g. `at line 3, column 7`. */
function syntaxFault(text: string, message: string): string {
  const what = message.replace(/ at position \d+.*$/s, '').replaceAll(/\s+/g, ' ');
  const position = positionOf(text, message);
  if (position === null) return `is not JSON: ${what}`;
  const before = text.slice(0, position).split('\n');
  return `is not JSON at line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}`;
}

function parse(text: string): { value: unknown } | { fault: Fault } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const { message } = error as SyntaxError;
    return { fault: { pointer: '', detail: syntaxFault(text, message) } };
  }
}

/** The members that a file lists, and the stores of its offers. @returns null when it lists none */
function membersIn({ sale, offers }: SaleFile): SaleStore[] | null {
  const listed = saleStores(sale);
  if (!listed) return null;
  const known = new Set<string>(listed.map(({ store }) => store));
  const others = offers.flatMap(({ store }) => {
    if (known.size === known.add(store).size) return [];
    return [{ store, ...DEFAULT_BOUNDS }];
  });
  return [...listed, ...others];
}

/** Sale files belong to operators: nothing in them gets a default store. */
function contentsOf(file: SaleFile): SaleContents {
  const { sale, offers, budgets = [], promotions = [], coupons = [], balances = [] } = file;
  return {
    terms: saleTerms(sale),
    stores: membersIn(file),
    offers: offers.map((body) => offerOf(body.id, body)),
    budgets: budgets.map((body) => budgetOf(body.id, body, null)),
    promotions: promotions.map(({ id, ...body }) => promotionOf(id, body, null)),
    coupons: coupons.map(({ promotion, shoppers, each = 1 }) => ({
      promotion,
      // Shoppers in another order are the same grant.
      shoppers: shoppers.toSorted(),
      each,
    })),
    balances: balances.map(({ shopper, ...body }) => ({
      shopper,
      ...givenBalances(body),
    })),
  };
}

/** Checks what the schema of a file cannot express. */
export function documentOf(file: SaleFile): Read<Fault> {
  const contents = contentsOf(file);
  const faults = saleFileFaults(contents);
  if (faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'sale', id: file.sale.id, ...contents };
}

/**
 * Reads a sale file as a whole: a caller applies all of it, or none if it has a fault.
 * @param path names the file in the faults
 */
export function readSaleFile(text: string, path: string): Read<FileFault> {
  const failed = (faults: readonly Fault[]): Read<FileFault> => ({
    kind: 'faults',
    faults: faults.map(({ pointer, detail }) => ({ path, pointer, detail })),
  });
  const parsed = parse(text);
  if ('fault' in parsed) return failed([parsed.fault]);
  const { value } = parsed;
  if (!validate(value)) {
    return failed((validate.errors as ErrorObject[]).map((error) => faultOf(error, '')));
  }
  const read = documentOf(value);
  return read.kind === 'faults' ? failed(read.faults) : read;
}
