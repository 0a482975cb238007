import { expect, test } from 'vitest';
import { recordAudit } from '../../../src/ledger/sale-status.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { postgresTarget, urlThroughProxy } from '../../../proof/fleet/postgres-address.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { HttpShop } from '../../world/stage/http-shop.ts';
import { surely } from '../../world/stage/life.ts';

let world: World;
let http: HttpShop;

withStage(
  'test',
  (made) => HttpShop.open(made, [offer('a', { cap: 10 })]),
  (made, itsWorld) => {
    http = made;
    world = itsWorld;
  },
);

const status = (...args: string[]) => doorbusterOn(world, ['status', ...args]);

test('a quiet sale is told in one line, with exit code 0', async () => {
  const { shop, sale } = http;
  const quiet = { code: 0, err: '' };
  expect(await status()).toEqual({ ...quiet, out: `${sale}: quiet · not audited yet\n` });
  await recordAudit(shop.worker.pool, sale, 0, 40);
  const audited = new RegExp(`^${sale}: quiet · audited \\d+ s ago: 0 broken promises\n$`);
  expect(await status(sale)).toEqual({ ...quiet, out: expect.stringMatching(audited) });
  expect(await status('nope')).toEqual({ code: 1, out: '', err: 'there is no sale nope\n' });
});

test('a sale that waits is told with what, how many and since when, with exit code 1', async () => {
  const { shop, sale } = http;
  surely(await shop.buy({ shopper: 'u1' }));
  const { code, out } = await status();
  expect(code).toBe(1);
  expect(out).toContain(`${sale}: not quiet · not audited yet\n`);
  expect(out).toMatch(/orders and claims to be settled +│ 1 +│ 2\d{3}-.*Z, \d+ s ago │ entries: 1/);
  const [one] = JSON.parse((await status('--json')).out);
  expect(one).toMatchObject({ sale, quiet: false, audit: null, unresolved: [] });
  expect(one.waiting).toMatchObject([{ for: 'unsettled_orders', count: 1 }]);
  const late = await status(sale, '--wait-quiet', '1');
  expect(late).toMatchObject({ code: 1, out: expect.stringContaining('not quiet') });
});

test('--wait-quiet ends as soon as the sale is quiet', async () => {
  const { shop, sale } = http;
  surely(await shop.buy({ shopper: 'u1' }));
  const waiting = status(sale, '--wait-quiet', '60', '--json');
  const { quiet } = await new SaleAdmin(http.origin, JWT_SECRET).status(sale);
  expect(quiet).toBe(false);
  await shop.settleAll();
  const { code, out } = await waiting;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ sale, quiet: true, waiting: [] });
});

test('the route answers what the command prints, and its callers can wait for quiet', async () => {
  const { shop, sale } = http;
  const admin = new SaleAdmin(http.origin, JWT_SECRET);
  surely(await shop.buy({ shopper: 'u1' }));
  const waits = /is not quiet within 0 ms.*unsettled_orders/;
  await expect(admin.untilQuiet(sale, 0)).rejects.toThrow(waits);
  const quiet = admin.untilQuiet(sale, 10_000);
  await shop.settleAll();
  await quiet;
  const { asOf: _, ...answered } = await admin.status(sale);
  const { asOf: __, ...printed } = JSON.parse((await status(sale, '--json')).out);
  expect(printed).toEqual(answered);
  await expect(admin.status('nope')).rejects.toThrow('answered 404');
});

test('a status needs no Redis: its cells are away', async () => {
  const servers = { ...world, redisUrl: 'redis://127.0.0.1:1' };
  const { code, out } = await doorbusterOn(servers, ['status', http.sale, '--json']);
  expect(code).toBe(1);
  const [away] = JSON.parse(out).waiting;
  expect(away).toMatchObject({ for: 'cells_away', count: 1, detail: `${http.sale}.0: no answer` });
});

const line = /Postgres at \S+ \(DATABASE_URL\) does not answer \(ECONNREFUSED\)\. Start it, or/;

test.each([[[]], [['--wait-quiet', '1']]])(
  'a status without the ledger says which variable to look at (%s)',
  async (args) => {
    const servers = { ...world, databaseUrl: 'postgresql://127.0.0.1:9/sales' };
    const { code, out, err } = await doorbusterOn(servers, ['status', ...args]);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toMatch(line);
  },
);

/** The bytes of the probe and of a connection come in fewer pieces, those of a status in more. */
const PIECES = 12;

test('a ledger that goes away while the command asks is named with its variable', async () => {
  const proxy = await TcpProxy.start(postgresTarget(world.databaseUrl));
  let pieces = 0;
  proxy.delay(() => {
    if (++pieces === PIECES) {
      proxy.refuse(true);
      setImmediate(() => proxy.cut());
    }
    return 0;
  });
  try {
    const databaseUrl = urlThroughProxy(world.databaseUrl, proxy.port);
    const { code, err } = await doorbusterOn({ ...world, databaseUrl }, ['status']);
    expect(code).toBe(4);
    // The probe would say before that it waits.
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/^doorbuster: Postgres at \S+ \(DATABASE_URL\) does not answer/);
  } finally {
    await proxy.stop();
  }
});
