import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { OrderId, ShopperId } from '../../../src/domain/ids.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import {
  doorbusterInOne,
  doorbusterOn,
  environmentOf,
  root,
  runCommand,
} from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop } from '../../world/stage/shop.ts';

let world: World;
let shop: Shop;
let order: OrderId;

withStage('file', Shop.create, (made, itsWorld) => {
  shop = made;
  world = itsWorld;
});
beforeAll(async () => {
  await shop.open([cartOffer('mug', { cap: 10 })]);
  const placed = (await shop.checkOut({ lines: cartLines(['mug', 3]) })) as Placed;
  order = placed.order.id;
  await shop.settleAll();
  await payFor(shop.api.pool, order);
});

const doorbuster = (...args: string[]): Promise<Outcome> => doorbusterOn(world, args);

/** The documents of an output, one a line. */
const documentsOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Commands that print one document. */
const ANSWERS = [
  ['sale', 'show', 'SALE'],
  ['sale', 'cap', 'SALE', 'mug', '10'],
  ['sale', 'resume', 'SALE'],
  ['audit', 'SALE'],
  ['status'],
  ['redis', 'show'],
  ['migrate'],
  ['order', 'show', 'ORDER'],
  ['token', '--role', 'shopper', '--sub', 'u1'],
  ['completion', 'bash'],
];
/** Commands that print one document for each item; there is one. */
const LISTS = [
  ['sale', 'list'],
  ['cell', 'list'],
  ['shoppers', 'export', 'u1'],
];
const EMPTY_LISTS = [
  ['dead-letters', 'list'],
  ['payments', 'list'],
  ['webhooks', 'list', 'SALE'],
  ['sale', 'trim', '1', '--dry-run'],
];

test('with --json every command prints nothing but documents, without colours', async () => {
  const ids: Readonly<Record<string, string>> = { SALE: shop.sale, ORDER: order };
  const lines = [...ANSWERS, ...LISTS, ...EMPTY_LISTS];
  const named = lines.map((words) => ['--json', ...words.map((word) => ids[word] ?? word)]);
  const outcomes = await doorbusterInOne(world, named);
  expect(outcomes).toHaveLength(lines.length);
  for (const [i, { code, out, err }] of outcomes.entries()) {
    const words = lines[i]!;
    expect({ words, code, err }).toEqual({ words, code: 0, err: '' });
    expect(out).not.toContain('\u001b');
    expect(documentsOf(out), words.join(' ')).toHaveLength(EMPTY_LISTS.includes(words) ? 0 : 1);
  }
});

test('a fault is a document on standard error, with a word for programs', async () => {
  const environment = { ...environmentOf(world), DATABASE_URL: 'nowhere' };
  const [[noSale], wrong, unset] = await Promise.all([
    doorbusterInOne(world, [['sale', 'show', 'nope', '--json']]),
    doorbuster('sale', 'shwo', '--json'),
    runCommand('./doorbuster', ['status', '--json'], environment),
  ]);
  const faultOf = ({ code, out, err }: Outcome) => ({ exit: code, out, ...documentsOf(err)[0] });
  const none = { exit: 1, out: '', code: 'not_found', error: 'there is no sale nope' };
  expect(faultOf(noSale!)).toEqual(none);
  const error = "unknown command 'shwo'\n(Did you mean show?)";
  expect(faultOf(wrong)).toEqual({ exit: 2, out: '', code: 'usage', error });
  expect(faultOf(unset)).toMatchObject({
    exit: 2,
    code: 'usage',
    error: expect.stringContaining('environment: DATABASE_URL'),
  });
});

test('a command stays quiet when its reader leaves early', async () => {
  const words = './doorbuster completion bash | true; echo ${PIPESTATUS[0]}';
  const outcome = await runCommand('bash', ['-c', words], environmentOf(world));
  expect(outcome).toEqual({ code: 0, out: '0\n', err: '' });
});

test('the version names the release and the protocol of the scripts', async () => {
  expect((await doorbuster('--version')).out).toMatch(
    /^doorbuster \d+\.\d+\.\d+, script protocol \d+\n$/,
  );
});

test('a file from standard input is compared, then applied, and its draft is listed', async () => {
  const file = { sale: { id: 'draft', ...saleBody() }, offers: [{ id: 'a', ...offerBody() }] };
  const path = join(mkdtempSync(join(tmpdir(), 'doorbuster-cli-')), 'sale.json');
  writeFileSync(path, JSON.stringify(file));
  const environment = environmentOf(world);
  const piped = (words: string) =>
    runCommand('sh', ['-c', `./doorbuster sale ${words} < ${path}`], environment);
  const compared = await piped('diff -');
  expect(compared).toMatchObject({ code: 0, out: expect.stringContaining('draft: created\n') });
  const applied = await piped('apply - --json');
  expect(JSON.parse(applied.out)).toMatchObject({ sale: 'draft', dryRun: false, created: 2 });
  writeFileSync(path, JSON.stringify({ ...file, sale: { ...file.sale, name: 'other' } }));
  const [dry, list] = await doorbusterInOne(world, [
    ['sale', 'apply', path, '--dry-run', '--json'],
    ['sale', 'list'],
  ]);
  expect(JSON.parse(dry!.out)).toMatchObject({ dryRun: true, changed: 1, pendingCells: [] });
  expect(list!.out).toMatch(/draft +│.*│ draft +│/);
  expect(list!.out).toMatch(new RegExp(`${shop.sale} +│.*│ open +│`));
  expect(list!.out).not.toContain('other');
});

test('units are refunded once for a key, with a reason', async () => {
  const refund = (...more: string[]) => ['order', 'refund', order, '--line', ...more];
  const first = [...refund('0:1', '--key', 'k', '--restock'), '--reason', 'cracked'];
  const [made, again, changes, more] = await doorbusterInOne(world, [
    [...first, '--json'],
    first,
    ['changes', shop.sale, '--json'],
    refund('0:3', '--reason', 'all'),
  ]);
  expect(JSON.parse(made!.out)).toMatchObject({
    order,
    state: 'partly_refunded',
    lines: [{ line: 0, quantity: 1 }],
    restocked: true,
    isReplay: false,
  });
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('was made before') });
  expect(documentsOf(changes!.out).filter(({ what }) => what === 'refund')).toMatchObject([
    { subject: `order:${order}`, reason: 'cracked', route: 'order refund' },
  ]);
  const why = /^\S+: not_refundable: line 0 .+\n$/;
  expect(more).toMatchObject({ code: 1, out: '', err: expect.stringMatching(why) });
  expect(more!.err).toContain(order);
});

test('a cell is named in one word or in two', async () => {
  const name = `${shop.sale}.0`;
  const [one, two, none, recovered] = await doorbusterInOne(world, [
    ['cell', 'list', name, '--json'],
    ['cell', 'list', shop.sale, '0', '--json'],
    ['cell', 'list', `${shop.sale}.9`],
    ['cell', 'recover', name],
  ]);
  expect(documentsOf(one!.out)).toMatchObject([
    { sale: shop.sale, cell: 0, state: 'open', redis: { state: 'open', placedOrders: 1 } },
  ]);
  expect(two!.out).toBe(one!.out);
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('has no cell 9') });
  expect(recovered).toMatchObject({ code: 0, out: expect.stringContaining(`${name}: recovered`) });
});

test('wrong use exits with 2 and says what is missing', async () => {
  const wrong = [
    [['order', 'refund', order, '--line', '0:1'], '--reason'],
    [['order', 'refund', order, '--reason', 'x', '--line', '0:1', '0:2'], 'named twice'],
    [['cell', 'recover', shop.sale], 'SALE.CELL'],
  ] as const;
  const outcomes = await Promise.all(wrong.map(([words]) => doorbuster(...words)));
  expect(outcomes).toEqual(
    wrong.map(([, says]) => ({ code: 2, out: '', err: expect.stringContaining(says) })),
  );
});

test('a command tells after 2 s what it waits for, and Ctrl-C ends it with 130', async () => {
  await shop.api.directory.refresh();
  await shop.checkOut({ shopper: 'u2' as ShopperId, lines: cartLines(['mug', 1]) });
  const words = ['status', shop.sale, '--wait-quiet', '60'];
  const env = { ...process.env, ...environmentOf(world) };
  const child = spawn('./doorbuster', words, { cwd: root, env });
  const [told] = (await once(child.stderr, 'data')) as [Buffer];
  expect(told.toString()).toContain('not quiet yet');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  await shop.settleAll();
});

test('a sale closes only after a yes, which nobody can say without a terminal', async () => {
  const [asked, shown, closed] = await doorbusterInOne(world, [
    ['sale', 'close', shop.sale],
    ['sale', 'show', shop.sale],
    ['sale', 'close', shop.sale, '--yes'],
  ]);
  const why = `${shop.sale}: not closed: type "close" when asked, or pass --yes\n`;
  expect(asked).toEqual({ code: 1, out: '', err: why });
  expect(shown!.out).toContain('· open ·');
  expect(closed).toMatchObject({ code: 0, out: expect.stringContaining(shop.sale) });
});
