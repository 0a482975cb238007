import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { META_FIELDS, metaTerms, packOffer } from '../../cell/cells/load-contents.ts';
import { readTerms } from '../../cell/damage/read-terms.ts';
import type { CellTerms } from '../../cell/damage/read-terms.ts';
import { rulesFields } from '../../domain/pricing/rules-of-sale.ts';
import { settledSeq } from '../../ledger/cell-rows.ts';
import { termsBooks } from '../../ledger/damage/terms-books.ts';
import type { TermsBooks } from '../../ledger/damage/terms-books.ts';
import { offerInstruction } from '../../ledger/terms/sale-instructions.ts';
import { pack, unpack } from '../../platform/codec.ts';
import { saleContents } from '../cells/sale-contents.ts';
import type { Finding } from './finding.ts';

/**
 * Lua cannot tell an empty list from an empty map, and has no fields without a value. So this says
 * what both mean.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const fields = Object.entries(value).map(([name, one]) => [name, plain(one)] as const);
  const said = fields.filter(([, one]) => one !== null);
  return said.length === 0 ? null : Object.fromEntries(said);
}

const OTHER = 'is not what the ledger says';

function compareFields(
  key: string,
  found: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
): Finding[] {
  const names = [...new Set([...found.keys(), ...expected.keys()])];
  return names.flatMap((name) => {
    const where = `${key}/${name}`;
    if (!found.has(name)) return { where, detail: 'is missing' };
    if (!expected.has(name)) return { where, detail: 'is unknown to the ledger' };
    const isSame = isDeepStrictEqual(plain(found.get(name)), plain(expected.get(name)));
    return isSame ? [] : { where, detail: OTHER };
  });
}

const repacked = (value: unknown): unknown => unpack(pack(value));

/** The numbers of the last entry, beside the entry itself, or the ledger when it was trimmed. */
function compareEnd(
  { id: { sale }, epoch }: CellAddress,
  { meta, lastEntry }: CellTerms,
  { cursor }: TermsBooks,
): Finding[] {
  const [seq, tag, placed] = ['seq', 'tag', 'placed'].map((name) => meta.get(name));
  const settled = settledSeq(cursor, epoch);
  if (!lastEntry && Number(seq) > settled) {
    return [{ where: 'outbox', detail: `${sale}: entries up to ${seq} are gone` }];
  }
  if (!lastEntry) return [];
  const end = { id: `${epoch}-${seq}`, tag, placed };
  return isDeepStrictEqual({ ...lastEntry }, end)
    ? []
    : [{ where: 'outbox', detail: `its last entry is ${lastEntry.id}, meta says ${end.id}` }];
}

function compare(cell: CellAddress, found: CellTerms, books: TermsBooks): Finding[] {
  const { sale, offers, rules } = books;
  const meta = Object.entries(metaTerms(saleContents(sale)));
  const known = new Set<string>([...META_FIELDS]);
  const decided = new Set(meta.map(([name]) => name));
  const ofMeta = [...found.meta].filter(([name]) => decided.has(name) || !known.has(name));
  return [
    ...compareFields('meta', new Map(ofMeta), new Map(meta.map(([n, value]) => [n, `${value}`]))),
    ...compareFields(
      'offers',
      found.offers,
      new Map(offers.map((one) => [one.id, unpack(packOffer(offerInstruction(one)))])),
    ),
    ...compareFields(
      'rules',
      found.rules,
      new Map(rulesFields(rules).map(([name, value]) => [name, repacked(value)])),
    ),
    ...compareEnd(cell, found, books),
  ];
}

/**
 * Compares what a cell knows of its sale with the ledger, exactly, even while the cell sells.
 * @returns null when the cell is in another epoch, or newer terms are on their way to it
 */
export async function compareTerms(
  { pool }: { readonly pool: Pool },
  cell: CellAddress,
): Promise<Finding[] | null> {
  const found = await readTerms(cell);
  const inbox = Number(found?.meta.get('inbox'));
  if (!found || !Number.isSafeInteger(inbox)) return null;
  const books = await termsBooks(pool, cell.id, inbox);
  return books?.cursor.epoch === cell.epoch ? compare(cell, found, books) : null;
}
