import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerifier } from 'fast-jwt';
import pg from 'pg';
import { expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { doorbusterOn, environmentOf, runCommand } from '../../world/servers/command.ts';
import type { Outcome } from '../../world/servers/command.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
withWorld('file', (made) => (world = made));

const doorbuster = (...args: string[]): Promise<Outcome> => doorbusterOn(world, args);

const drop = 'examples/nine-nine-drop.json';
const id = 'nine-nine-drop';

test('a sale is applied once, opened once, shown and audited', async () => {
  expect(await doorbuster('sale', 'apply', drop)).toMatchObject({
    code: 0,
    out: `${id}: created\noffers: 1 created, 0 changed, 0 unchanged\n`,
  });
  expect((await doorbuster('sale', 'apply', drop)).out).toBe(
    `${id}: unchanged\noffers: 0 created, 0 changed, 1 unchanged\n`,
  );
  expect((await doorbuster('sale', 'open', id)).out).toBe(`${id}: open\n`);
  expect((await doorbuster('sale', 'open', id)).out).toBe(`${id}: was already open\n`);
  expect((await doorbuster('sale', 'show', id)).out).toContain('cell 0: open, epoch 1');
  const audited = await doorbuster('audit');
  expect(audited).toMatchObject({ code: 0 });
  expect(audited.out).toContain(`${id}: 0 broken promises · cap 1000`);
  expect((await doorbuster('sale', 'resume', id)).out).toBe(`${id}: was already open\n`);
  expect((await doorbuster('sale', 'pause', id)).out).toBe(`${id}: paused\n`);
  const reopened = await doorbuster('sale', 'open', id);
  expect(reopened).toMatchObject({ code: 1, err: `${id}: cannot open a sale that is paused\n` });
});

test('an audit with a broken promise exits with 1 and names the promise', async () => {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query('update allotments set held = held + 1');
  const broken = await doorbuster('audit', id);
  await client.query('update allotments set held = held - 1');
  await client.query(`insert into change_chains values ('gone', 1, 0, '', '\\x00')`);
  const all = await doorbuster('audit');
  await client.query(`delete from change_chains where sale = 'gone'`);
  await client.end();
  expect(all).toMatchObject({ code: 1 });
  expect(all.out).toContain('gone: 1 broken promises\n  I14 gone/change 1: is missing');
  expect(broken.code).toBe(1);
  expect(broken.out).toContain('I3');
  expect(broken.out).toContain('I4');
});

test('a wrong sale file is refused as a whole, with path, pointer and reason', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'doorbuster-cli-')), 'sale.json');
  const offer = { id: 'a', store: 's', title: 't', price: 1, cap: -1, lane: 'flash' };
  const sale = { id: 'wrong', name: 'x', currency: 'CNY', payWithinSeconds: 60 };
  const window = { opensAt: '2026-01-02T00:00:00Z', closesAt: '2026-01-01T00:00:00Z' };
  writeFileSync(path, JSON.stringify({ sale: { ...sale, ...window }, offers: [offer] }));
  const negative = await doorbuster('sale', 'apply', path);
  expect(negative.code).toBe(1);
  expect(negative.err).toContain(`${path}: /offers/0/cap: `);
  const twice = [
    { ...offer, cap: 1 },
    { ...offer, cap: 2 },
  ];
  writeFileSync(path, JSON.stringify({ sale: { ...sale, ...window }, offers: twice }));
  const both = await doorbuster('sale', 'apply', path);
  expect(both.err).toContain(`${path}: /sale/closesAt: must be after opensAt`);
  expect(both.err).toContain(`${path}: /offers/1/id: `);
  expect((await doorbuster('sale', 'show', 'wrong')).err).toBe('there is no sale wrong\n');
});

test('tokens are printed alone, one for each sub, and wrong flags are all named', async () => {
  const token = await doorbuster('token', '--role', 'shopper', '--sub', 'u1');
  expect(token.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const many = "printf 'u1\\nu2\\n' | ./doorbuster token --role shopper --sub - --json";
  const { out } = await runCommand('sh', ['-c', many], environmentOf(world));
  const subs = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).sub);
  expect(subs).toEqual(['u1', 'u2']);
  const wrong = await doorbuster('token', '--role', 'king', '--sub', '', '--ttl', '0');
  expect(wrong.code).toBe(2);
  expect(wrong.err.match(/^error: /gm)).toHaveLength(3);
  expect(wrong.err).toContain('--ttl must be a whole number of seconds, 1 or more');
});

test('a token is signed with the newest secret, for no longer than its role may have', async () => {
  const newest = 'vT3mQ8zR1xK6cP9bW2nL7dF4hJ5sG0yA';
  const set = { ...environmentOf(world), JWT_OPERATOR_MAX_AGE_SECONDS: '600' };
  const printed = (env: Record<string, string>, ...more: string[]) =>
    runCommand('./doorbuster', ['token', '--role', 'operator', '--sub', 'o', ...more], env);
  const rotated = { ...set, JWT_SECRET: `${newest},${JWT_SECRET}` };
  const { out } = await printed(rotated);
  const verify = createVerifier({ key: newest, complete: true });
  const { iat, exp, ...claims } = verify(out.trim()).payload;
  expect(claims).toEqual({
    sub: 'o',
    role: 'operator',
    aud: set.JWT_AUDIENCE,
    iss: set.JWT_ISSUER,
  });
  expect(exp - iat).toBe(600);
  const long = await printed(rotated, '--ttl', '601');
  expect(long.code).toBe(2);
  expect(long.err).toMatch(/^error: --ttl must be 600 or less for this role\n/);
  const keys = {
    JWT_SECRET: '',
    JWT_JWKS_URL: 'https://id.example/keys',
    PSEUDONYM_SECRET: newest,
  };
  const foreign = await printed({ ...set, ...keys });
  expect(foreign.code).toBe(2);
  expect(foreign.err).toContain('JWT_SECRET must be set');
});

test('the help of a command is printed by all its words, and wrong words exit with 2', async () => {
  const { out } = await doorbuster('sale', 'apply', '--help');
  expect(out).toContain('Usage: doorbuster sale apply ');
  expect(await doorbuster('help', 'sale', 'apply')).toEqual({ code: 0, out, err: '' });
  expect((await doorbuster('help')).out).toContain('Usage: doorbuster [options] [command]');
  const wrong = await doorbuster('help', 'sale', 'dance');
  expect(wrong).toMatchObject({ code: 2, out: '' });
  expect(wrong.err).toMatch(/^error: there is no command sale dance\n/);
});

test('an empty list of dead letters says so, and an unknown command exits with 2', async () => {
  expect((await doorbuster('dead-letters', 'list')).out).toBe('no dead letters\n');
  const replayed = await doorbuster('dead-letters', 'replay', '7');
  expect(replayed).toMatchObject({ code: 1, err: '7: there is no such dead letter\n' });
  expect((await doorbuster('dance')).code).toBe(2);
  expect((await doorbuster('migrate')).out).toBe('up to date\n');
});
