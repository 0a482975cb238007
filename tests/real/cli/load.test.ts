import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { root, runCommand } from '../../world/servers/command.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { HttpShop } from '../../world/stage/http-shop.ts';

let http: HttpShop;

withStage(
  'file',
  (made) => HttpShop.open(made, [offer('a', { cap: 100_000 })]),
  (made) => (http = made),
);

const SIGN = `node -e '
  import(process.argv[1]).then(({ signToken }) => {
    const subs = require("fs").readFileSync(0, "utf8").trim().split("\\n");
    for (const sub of subs)
      console.log(signToken(process.argv[2], { sub, role: "shopper" }, { ttlSeconds: 600 }));
  })' ${join(root, 'src/process/cli/people/sign-token.ts')} ${JWT_SECRET}`;

const load = (...args: string[]) => {
  const target = ['--url', http.origin, '--sale', http.sale, '--shoppers', '40'];
  const span = ['--seconds', '1', '--warmup', '0', '--connections', '8'];
  const all = ['proof/load/main.ts', ...target, ...span, ...args];
  return runCommand(process.execPath, all, {});
};

test('the crowd buys from a running service, and its figures are what the ledger has', async () => {
  const file = join(tmpdir(), `load-${process.pid}.json`);
  const { code, out, err } = await load('--token-command', SIGN, '--json', file);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out).toMatch(/placed +│ \d+/);
  expect(out).toMatch(/\n\d+ orders\/s · p50 [\d.]+ ms · p99 [\d.]+ ms\n$/);
  const { answers } = JSON.parse(readFileSync(file, 'utf8'));
  await http.shop.settleAll();
  const { units } = await http.shop.audit();
  expect(units.held).toBe(answers.placed);
});

test('a command that prints no tokens ends the load, and a missed threshold fails it', async () => {
  expect(await load('--token-command', 'cat')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--token-command: line 1 is not a token'),
  });
  expect(await load('--token-command', 'exit 3')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--token-command failed: exit 3'),
  });
  const slow = await load('--token-command', SIGN, '--min-rate', '1000000');
  expect(slow).toMatchObject({ code: 1, err: expect.stringContaining('are fewer than 1000000') });
});
