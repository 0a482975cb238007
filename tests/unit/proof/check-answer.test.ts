import { expect, test } from 'vitest';
import { ApiDocument } from '../../../proof/api-fuzz/document/api-document.ts';
import { faultsOf } from '../../../proof/api-fuzz/document/check-answer.ts';
import type { Answer } from '../../../proof/api-fuzz/document/check-answer.ts';

const item = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
const notFound = {
  type: 'object',
  required: ['code', 'status'],
  properties: { code: { type: 'string', enum: ['not_found'] }, status: { type: 'integer' } },
};
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const document = new ApiDocument({
  paths: {
    '/items/{id}': {
      get: {
        operationId: 'getItem',
        responses: {
          200: {
            ...json({
              type: 'object',
              properties: { item: { $ref: '#/components/schemas/Item' } },
            }),
            headers: { 'X-Count': { schema: { type: 'integer' } } },
          },
          204: {},
          404: {
            content: {
              'application/problem+json': {
                schema: { oneOf: [{ $ref: '#/components/schemas/NotFoundProblem' }] },
              },
            },
          },
        },
      },
    },
  },
  components: { schemas: { Item: item, NotFoundProblem: notFound } },
});
const [operation] = document.operations;

const answer = (body: unknown, more: Partial<Answer> = {}): Answer => ({
  method: 'GET',
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: Buffer.from(body === '' ? '' : JSON.stringify(body)),
  ...more,
});
const problem = (status: number, body: object): Answer =>
  answer(body, { status, headers: { 'content-type': 'application/problem+json' } });
const found = (one: Answer) => faultsOf(document, operation!, one).join('; ');

test('an answer that is as documented has no fault', () => {
  expect(found(answer({ item: { id: 'a' } }))).toBe('');
  expect(found(answer('', { status: 204, headers: {} }))).toBe('');
  expect(found(problem(404, { code: 'not_found', status: 404 }))).toBe('');
  expect(faultsOf(document, null, problem(404, { code: 'not_found', status: 404 }))).toEqual([]);
});

test.each([
  ['an unknown status', answer({}, { status: 418 }), '418 is not documented'],
  ['a fault', answer({}, { status: 500 }), '500 is a fault'],
  ['an unknown field', answer({ other: 1 }), '"additionalProperty":"other"'],
  ['an unknown field inside', answer({ item: { id: 'a', b: 1 } }), '"additionalProperty":"b"'],
  ['a field that lacks', answer({ item: {} }), '"missingProperty":"id"'],
  ['a wrong type', answer({ item: { id: 1 } }), 'must be string'],
  ['no JSON', answer('', { body: Buffer.from('{') }), 'not JSON'],
  ['bytes that are no UTF-8', answer('', { body: Buffer.from('"\xff"', 'latin1') }), 'not JSON'],
  ['a body of no type', answer({}, { headers: {} }), 'with the type ""'],
  ['a body where none may be', answer({}, { status: 204 }), 'must not have a body'],
  [
    'an unknown header',
    answer({}, { headers: { 'content-type': 'application/json', 'x-debug': '1' } }),
    'x-debug is not documented',
  ],
  [
    'a header of another type',
    answer({}, { headers: { 'content-type': 'application/json', 'x-count': 'many' } }),
    'x-count is not as documented',
  ],
  ['an unknown code', problem(404, { code: 'gone', status: 404 }), 'gone is not documented'],
  ['two statuses', problem(404, { code: 'not_found', status: 410, x: 1 }), 'says 410'],
])('%s is found', (_, wrong, why) => {
  expect(found(wrong)).toContain(why);
});

test('a request for no operation gets a problem, and nothing else', () => {
  expect(faultsOf(document, null, answer({}))).not.toEqual([]);
  expect(faultsOf(document, null, problem(404, { code: 'gone', status: 404 }))).not.toEqual([]);
});
