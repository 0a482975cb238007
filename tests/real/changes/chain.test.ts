import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Directory } from '../../../src/cell/sale-directory.ts';
import type { BrokenPromise } from '../../../src/ledger/audit.ts';
import { recordChange } from '../../../src/ledger/changes/record-change.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { startAuditor } from '../../../src/process/metrics/audit-loop.ts';
import { VerifiedChains } from '../../../src/service/changes/verified-chains.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { setOffer, setSaleState } from '../../../src/service/terms/change-sale.ts';
import { OPERATOR, actorOf, newSaleId, offerId, storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let stage: Shop;
let shop: Shop;
let chains: VerifiedChains;

withStage('file', Shop.create, (made) => (stage = made));
/** Each test has a sale of its own, with the changes 1 to 8. */
beforeEach(async () => {
  shop = new Shop(stage.api, stage.worker, newSaleId());
  chains = new VerifiedChains();
  await shop.open([offer('a', { cap: 10, store: storeId('s1') })]);
  for (const cap of [11, 12, 13, 14, 15]) await patch(cap);
});

const patch = (cap: number) =>
  patchOffer(shop.api, shop.sale, offerId('a'), { cap }, actorOf('s1'));

const run = (text: string, ...values: unknown[]) =>
  shop.worker.pool.query(text, [shop.sale, ...values]);

/** Runs a statement as one who may switch triggers off. `$1` is the sale. */
async function tamper(text: string, ...values: unknown[]): Promise<void> {
  const client = await shop.worker.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(text, [shop.sale, ...values]);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}

const count = async (): Promise<number> =>
  (await run('select count(*)::int as n from changes where sale = $1')).rows[0].n;

const at = (number: number, detail: string) => ({
  promise: 'I14',
  subject: `${shop.sale}/change ${number}`,
  detail,
});

/** What a whole audit and the rounds of a worker find in the chain. */
const wholeAudit = async () =>
  (await shop.audit()).brokenPromises.filter(({ promise }) => promise === 'I14');
const round = () => chains.verify(shop.worker.pool, shop.sale);

test('a sound chain breaks no promise, as a whole and round by round', async () => {
  expect(await count()).toBe(8);
  expect(await wholeAudit()).toEqual([]);
  for (const cap of [16, 17, 18]) {
    expect(await round()).toEqual([]);
    await patch(cap);
  }
  expect(await round()).toEqual([]);
});

test('a repetition that changes nothing writes no change', async () => {
  await patch(15);
  await setOffer(shop.api, shop.sale, offer('a', { cap: 15, store: storeId('s1') }), actorOf('s1'));
  await setSaleState(shop.api, shop.sale, 'open', OPERATOR);
  expect(await count()).toBe(8);
});

test('changes at the same time are numbered one after another', async () => {
  const caps = Array.from({ length: 12 }, (_, i) => 100 + i);
  await Promise.all(caps.map(patch));
  expect(await count()).toBe(20);
  expect(await wholeAudit()).toEqual([]);
});

test('a change locks the end of its chain with its only statement', async () => {
  const { pool } = shop.worker;
  const sent = await transaction(pool, async (client) => {
    const spy = vi.spyOn(client, 'query');
    const change = { sale: shop.sale, subject: 'sale', what: 'patch', owner: null } as const;
    await recordChange(client, OPERATOR, { ...change, before: { cap: 1 }, after: { cap: 2 } });
    const { length } = spy.mock.calls;
    spy.mockRestore();
    return length;
  });
  expect(sent).toBe(1);
  expect(await wholeAudit()).toEqual([]);
});

test.each([
  ['updated', `update changes set reason = 'because' where sale = $1`],
  ['deleted', 'delete from changes where sale = $1'],
])('a change is never %s', async (_, text) => {
  await expect(run(text)).rejects.toThrow('rows of changes are never changed');
});

test('the table of changes is never emptied', async () => {
  const emptied = shop.worker.pool.query('truncate changes');
  await expect(emptied).rejects.toThrow('rows of changes are never changed');
});

/** Takes the last change back, as an older backup of the ledger would. */
async function takeLastBack(): Promise<void> {
  await tamper('delete from changes where sale = $1 and number = 8');
  await tamper(`update change_chains set last = 7,
    hash = (select hash from changes where sale = $1 and number = 7) where sale = $1`);
}

/** The loop in which a worker audits. @returns runs a round, and returns what it told */
function auditLoop() {
  let round = async (): Promise<unknown> => null;
  let told: (BrokenPromise | 'restored')[] = [];
  const { directory } = shop.worker;
  const onlyOurs: Pick<Directory, 'refresh' | 'sale' | 'cell' | 'sales'> = {
    refresh: () => directory.refresh(),
    sale: (id) => directory.sale(id),
    cell: (id) => directory.cell(id),
    sales: () => [directory.sale(shop.sale)].filter((one) => one !== undefined),
  };
  startAuditor({
    ...shop.worker,
    directory: onlyOurs as Directory,
    time: {
      ...systemTime,
      repeat: (task) => {
        round = task;
        return { stop: async () => {} };
      },
    },
    stopping: new AbortController().signal,
    onAudit: () => {},
    // Other tests altered the changes of other sales.
    onBroken: (sale, rows) => told.push(...(sale === shop.sale ? rows : [])),
    onRestored: () => told.push('restored'),
    onError: (error) => expect.unreachable(error.message),
  });
  return async () => {
    told = [];
    await round();
    return told;
  };
}

describe('the audit names', () => {
  const altered: [string, string][] = [
    ['its person', `sub = 'someone-else'`],
    ['its reason', `reason = 'because'`],
    ['its time', `at = at + interval '1 millisecond'`],
    ['its owner', 'owner = null'],
    ['what it says of before', `before = jsonb_set(before, '{cap}', '999')`],
    ['what it says of after', `after = after - 'cap'`],
  ];
  test.each(altered)('a change in which %s was altered', async (_, what) => {
    await tamper(`update changes set ${what} where sale = $1 and number = 5`);
    expect(await wholeAudit()).toEqual([at(5, 'was altered')]);
    expect(await round()).toEqual([at(5, 'was altered')]);
  });

  test('a change that is missing, in the middle and at the end', async () => {
    await tamper('delete from changes where sale = $1 and number in (4, 5)');
    expect(await wholeAudit()).toEqual([at(4, 'is missing, and so are all up to 5')]);
    await tamper('delete from changes where sale = $1 and number = 8');
    expect(await wholeAudit()).toContainEqual(at(8, 'is missing'));
  });

  test('changes that changed places', async () => {
    await tamper('update changes set number = -number where sale = $1 and number in (7, 8)');
    await tamper('update changes set number = 15 + number where sale = $1 and number < 0');
    const found = (await wholeAudit()).map(({ subject }) => subject);
    expect(new Set(found)).toEqual(new Set([7, 8].map((n) => `${shop.sale}/change ${n}`)));
  });

  test('changes that someone took back together with the end of the chain', async () => {
    expect(await round()).toEqual([]);
    await takeLastBack();
    expect(await round()).toEqual([at(8, 'is missing')]);
    expect(await round()).toEqual([at(8, 'is missing')]);
  });

  test('a change that follows the end of the chain', async () => {
    await tamper(`insert into changes select sale, 9, at, sub, role, store, subject, what, owner,
      route, request_id, reason, before, after, prev, hash
      from changes where sale = $1 and number = 8`);
    expect(await wholeAudit()).toEqual([at(9, 'follows the end of the chain')]);
  });

  test('an older change that was altered after a round had verified it', async () => {
    expect(await round()).toEqual([]);
    await tamper(`update changes set sub = 'someone-else' where sale = $1 and number = 2`);
    expect(await round()).toEqual([at(2, 'was altered')]);
    expect(await round()).toEqual([at(2, 'was altered')]);
  });
});

test('a worker that outlives a restore of the ledger verifies chains anew', async () => {
  const { worker } = shop;
  await worker.directory.refresh();
  const audited = auditLoop();
  expect(await audited()).toEqual([]);
  const { rows } = await run('select * from audit_runs where sale = $1');
  await patch(16);
  expect(await audited()).toEqual([]);
  await tamper('delete from changes where sale = $1 and number = 9');
  await takeLastBack();
  await run('update audit_runs set ran_at = $2 where sale = $1', rows[0].ran_at);
  expect(await audited()).toEqual(['restored']);
  await patch(17);
  expect(await audited()).toEqual([]);
  await tamper(`update changes set sub = 'someone-else' where sale = $1 and number = 8`);
  expect(await audited()).toEqual([at(8, 'was altered')]);
});

test('changes of a deleted sale are verified, round by round and as a whole', async () => {
  shop = new Shop(stage.api, stage.worker, newSaleId());
  const record = (cap: number) =>
    transaction(shop.worker.pool, (client) => {
      const change = { sale: shop.sale, subject: 'sale', what: 'delete', owner: null } as const;
      return recordChange(client, OPERATOR, { ...change, before: { cap }, after: null });
    });
  await record(1);
  const audited = auditLoop();
  expect(await audited()).toEqual([]);
  await record(2);
  await tamper(`update changes set sub = 'someone-else' where sale = $1 and number = 2`);
  expect(await audited()).toEqual([at(2, 'was altered')]);
  expect(await wholeAudit()).toEqual([at(2, 'was altered')]);
});
