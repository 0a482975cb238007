import { Visitor } from 'vite';
import { fault, isScript, parse, type Rule } from './source.ts';

/** The file that defines `isRefusal`, and one that reads the code of an error. */
const readsCodes = /^src\/(domain\/refusals|platform\/is-away)\.ts$/;

/** A refusal is told from an answer in one way. */
export const refusalsAreToldByOneFunction: Rule = (source) => {
  if (!source.path.startsWith('src/') || readsCodes.test(source.path)) return [];
  if (!isScript(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    BinaryExpression: ({ operator, left, start }) => {
      const isCode = left.type === 'Literal' && left.value === 'code';
      if (operator === 'in' && isCode) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, '`isRefusal` tells a refusal'));
};

/** A spread of fields that are written out packs lines more densely, and says nothing. */
export const fieldsAreNamedOneByOne: Rule = (source) => {
  if (!/^(src|bench|client|web|examples|proof)\//.test(source.path) || !isScript(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    SpreadElement: ({ argument, start }) => {
      if (argument.type === 'ObjectExpression') offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, 'an object literal is not spread'));
};

const brand = /\b(SaleId|OfferId|StoreId|OrderId|ShopperId)\b/;

/** Schemas check ids and brand them; a cast would brand any text. */
export const schemasBrandIds: Rule = (source) => {
  if (!source.path.startsWith('src/http/') || !isScript(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    TSAsExpression: ({ typeAnnotation: { start: from, end }, start }) => {
      if (brand.test(source.text.slice(from, end))) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, 'a schema brands ids, not a cast'));
};
