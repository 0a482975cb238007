import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answerOf, connect, getFigures, getWallet } from '../../../client/index.ts';
import type { Client } from '../../../client/index.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { environmentOf } from '../../world/servers/command.ts';
import { ProgramRun } from '../../world/programs/program-run.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

/** The parts before it sell some hundred orders. */
const STAYS_WITHIN_MS = 160_000;
const TIMEOUT_MS = 300_000;
const SELLS_WITHIN_MS = 30_000;

const sale = {
  sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
  offers: [
    { id: 'cup', ...offerBody({ title: 'Cup', cap: 60, limitPerShopper: 2, lane: 'flash' }) },
  ],
};

let folder: string;
let saleFile: string;
let world: World;
let run: ProgramRun | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-demo-stay-'));
  saleFile = join(folder, 'sale.json');
  await writeFile(saleFile, JSON.stringify(sale));
});
afterEach(() => run?.discard());
afterAll(() => rm(folder, { recursive: true, force: true }));
withWorld('file', (made) => (world = made));

function start(): ProgramRun {
  const load = ['--shoppers', '300', '--carts', '40', '--connections', '8'];
  const words = ['proof/demo/main.ts', '--stay', '--external', '--sale', saleFile, ...load];
  return new ProgramRun(words, environmentOf(world));
}

interface SignedIn {
  readonly client: Client;
  readonly path: string;
}

/** What an address of the demo lets its visitor do. */
async function signedIn(stays: ProgramRun, who: string): Promise<SignedIn> {
  const address = new RegExp(`^${who} +as .+\\n(http://\\S+)#token=(\\S+)$`, 'm');
  const [, page, token] = await stays.said(address);
  const { origin, pathname: path } = new URL(page!);
  return { client: connect({ url: origin, token: () => token! }), path };
}

/** Orders of the gentle rush so far. */
async function placed({ client }: SignedIn, path: { sale: string }): Promise<number> {
  const { stores } = await answerOf(getFigures({ client, path }));
  return stores.reduce((sum, one) => sum + one.placed, 0);
}

test(
  'after the demo a stay sells on and signs people in, until an interrupt ends it with 0',
  async () => {
    run = start();
    await run.said(/^sold 60 of 60 · oversold 0 .* broken promises 0$/m, STAYS_WITHIN_MS);
    await run.said(/^It goes on selling until you press Ctrl-C\.$/m);
    const [shopper, merchant, operator] = await Promise.all(
      ['shopper', 'merchant', 'operator'].map((who) => signedIn(run!, who)),
    );
    expect(merchant!.path).toBe('/merchant');
    expect(operator!.path).toBe('/ops');
    const [, id] = /^\/s\/(all-day-\w+)$/.exec(shopper!.path)!;
    const path = { sale: id! };
    expect(await answerOf(getWallet({ client: shopper!.client, path }))).toMatchObject({
      points: 0,
    });
    const { stores } = await answerOf(getFigures({ client: merchant!.client, path }));
    expect(stores.map(({ store }) => store)).toEqual(['kiln-and-cup']);
    const before = await placed(operator!, path);
    await until(async () => (await placed(operator!, path)) > before + 2, {
      describe: 'three more lines are sold',
      timeoutMs: SELLS_WITHIN_MS,
    });
    // A terminal and npm both pass Ctrl-C on.
    run.signal('SIGINT');
    run.signal('SIGINT');
    const { code, out, err } = await run.ended;
    expect({ code, err }).toEqual({ code: 0, err: 'SIGINT: stopping\n' });
    expect(out).not.toContain('next     ');
  },
  TIMEOUT_MS,
);
