import { expect, test } from 'vitest';
import * as idioms from '../../tidy/idioms.ts';
import { faultsOf } from './faults-of.ts';

test.each([
  "if ('code' in answer) throw answer;",
  "const isRefused = !('code' in answer);",
  'steps.find((step) => "code" in step);',
])('`isRefusal` tells a refusal: %s', (text) => {
  const rule = idioms.refusalsAreToldByOneFunction;
  expect(faultsOf(rule, 'src/service/a.ts', text)).toBe(1);
  for (const path of ['src/domain/refusals.ts', 'src/platform/is-away.ts', 'tests/a.ts']) {
    expect(faultsOf(rule, path, text), path).toBe(0);
  }
});

test('other fields may tell answers apart', () => {
  const text = "if ('claim' in answer || isRefusal(answer)) throw answer.code;";
  expect(faultsOf(idioms.refusalsAreToldByOneFunction, 'src/service/a.ts', text)).toBe(0);
});

test.each(['const a = { ...{ b, c }, d };', 'return { ...{ b: 1 } };', 'run({ ...{} });'])(
  'an object literal is not spread: %s',
  (text) => {
    const rule = idioms.fieldsAreNamedOneByOne;
    const inFunction = `function a() { ${text} }`;
    for (const path of ['src/cell/a.ts', 'bench/run/a.ts', 'proof/demo/a.ts']) {
      expect(faultsOf(rule, path, inFunction), path).toBe(1);
    }
    expect(faultsOf(rule, 'tests/a.ts', inFunction)).toBe(0);
  },
);

test('values, and literals under a condition, may be spread', () => {
  const text = 'run({ ...rest, ...(a ? { a } : {}), ...of(b) }, [...[c]]);';
  expect(faultsOf(idioms.fieldsAreNamedOneByOne, 'src/cell/a.ts', text)).toBe(0);
});

test.each([
  'const sale = request.params.sale as SaleId;',
  'const ids = body.offers as OfferId[];',
  'const store = claims.store as StoreId | null;',
  'find(id as OrderId, shopper);',
  'const shopper = (claims as Claims).sub as ShopperId;',
])('a schema brands ids: %s', (text) => {
  expect(faultsOf(idioms.schemasBrandIds, 'src/http/selling/a.ts', text)).toBe(1);
  expect(faultsOf(idioms.schemasBrandIds, 'src/process/cli/a.ts', text)).toBe(0);
});
