import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { offer } from '../../../proof/builders/offers.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { buySoon } from '../../world/checks/rush.ts';
import { doorbusterOn, environmentOf, runCommand } from '../../world/servers/command.ts';
import type { DisposableServer } from '../../world/servers/disposable-server.ts';
import { startServer } from '../../world/servers/start-test-servers.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';

let world: World;
let shop: Shop;
/** An empty Redis. */
let other: DisposableServer;

const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };
const elsewhere = () => ({ redisUrl: other.server.url, databaseUrl: world.databaseUrl });
const startService = (...args: string[]) => {
  const env = { ...environmentOf(elsewhere()), PORT: '0' };
  return runCommand(process.execPath, ['src/process/main.ts', ...args], env);
};

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  shop = await Shop.create(world, { observer });
  await shop.open([offer('a', { cap: 100 })]);
  other = await startServer(inject('infra').kind, 'redis');
});
afterEach(() => other.discard());

test.each(['api', 'worker'])(
  'a new %s that finds another Redis refuses in one line',
  async (role) => {
    for (let i = 0; i < 10; i++) await buySoon(shop, { shopper: `u${i}`, key: `k${i}` });
    const { code, err } = await startService('--role', role);
    expect(code).toBe(3);
    const [line, ...more] = err.split('\n');
    expect(more).toEqual(['']);
    expect(line).toMatch(/^doorbuster: this Redis does not hold the cells of the ledger: /);
    expect(line).toMatch(
      / Found run \w+ without that key; expected key doorbuster:server:\S+, last /,
    );
    expect(line).toMatch(/ Point REDIS_URL at .* "\.\/doorbuster redis adopt"$/);
    expect(await shop.buy({ shopper: 'u0', key: 'k0' })).toMatchObject({ isReplay: true });
    await shop.settleAll();
    expect(await countOrders(shop.worker.pool, shop.sale)).toBe(10);
    expect((await shop.audit()).brokenPromises).toEqual([]);
    await shop.close();
  },
);

test('a process that finds another database of the same Redis refuses, too', async () => {
  const env = { ...environmentOf({ ...world, redisUrl: `${world.redisUrl}/5` }), PORT: '0' };
  const { code, err } = await runCommand(
    process.execPath,
    ['src/process/main.ts', '--role', 'worker'],
    env,
  );
  expect(code).toBe(3);
  expect(err).toContain('this Redis does not hold the cells of the ledger');
  await shop.close();
});

test('a command says which Redis it found, and adopts it only after a yes', async () => {
  await buySoon(shop, { shopper: 'u', key: 'k' });
  expect((await doorbusterOn(world, ['redis'])).out).toContain('it holds the cells');
  expect(await doorbusterOn(elsewhere(), ['cell', 'list'])).toMatchObject({ code: 3 });
  const asked = await doorbusterOn(elsewhere(), ['redis', 'adopt']);
  expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('not adopted') });
  expect(asked.out).toContain('it is not the one that holds the cells');
  expect(asked.out).toMatch(/api \S+ lives and reaches another Redis: stop it; it remembers/);
  const early = await doorbusterOn(elsewhere(), ['redis', 'adopt', '--yes']);
  expect(early).toMatchObject({ code: 1, err: expect.stringContaining('stop them') });
  await shop.close();
  const adopted = await doorbusterOn(elsewhere(), ['redis', 'adopt', '--yes']);
  expect(adopted).toMatchObject({ code: 0 });
  expect(adopted.out).toContain('no process that acknowledges orders is registered');
  const moved = await Shop.create({ ...world, ...elsewhere() }, { observer });
  Object.assign(moved, { sale: shop.sale });
  expect(await buySoon(moved, { shopper: 'u', key: 'k' })).toMatchObject({ isReplay: true });
  await moved.settleAll();
  expect((await moved.audit()).brokenPromises).toEqual([]);
  await moved.close();
});
