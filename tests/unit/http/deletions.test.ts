import { expect, test } from 'vitest';
import { bearer } from './http-deps.ts';
import { start } from './start-app.ts';

const url = '/v1/sales/friday/promotions/off';

async function remove(pendingCells: readonly number[]) {
  const app = await start({ deletePromotion: async () => ({ kind: 'changed', pendingCells }) });
  return app.inject({ method: 'DELETE', url, headers: bearer('operator') });
}

test('a deletion names the cells that still apply the promotion', async () => {
  const gone = await remove([]);
  expect([gone.statusCode, gone.body]).toEqual([204, '']);
  const pending = await remove([1]);
  expect([pending.statusCode, pending.json()]).toEqual([202, { pendingCells: [1] }]);
});
