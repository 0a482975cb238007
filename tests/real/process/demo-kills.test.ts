import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { runCommand } from '../../world/servers/command.ts';

const UNITS = 300;
/** Longer than the rushes of the demo may take together, so that a slow one says what it lacks. */
const TIMEOUT_MS = 420_000;

const sale = {
  sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
  offers: [
    {
      id: 'cup',
      ...offerBody({ title: 'Cup', cap: UNITS, limitPerShopper: 2, lane: 'flash' }),
    },
  ],
};

let folder: string;
let saleFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-demo-kills-'));
  saleFile = join(folder, 'sale.json');
  await writeFile(saleFile, JSON.stringify(sale));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the demo on its own servers. */
async function demo(kill: string) {
  const load = ['--shoppers', '600', '--carts', '40', '--connections', '16'];
  const args = ['proof/demo/main.ts', '--sale', saleFile, '--kill', kill, ...load];
  const { code, out, err } = await runCommand(process.execPath, args, {});
  return { code, out, err, lastLine: out.trimEnd().split('\n').at(-1)! };
}

test(
  'the demo loses nothing when Redis is flushed in mid-sale',
  async () => {
    const { code, err, lastLine } = await demo('redis-flush');
    expect({ code, err, lastLine }).toEqual({
      ...{ code: 0, err: '' },
      lastLine:
        `sold ${UNITS} of ${UNITS} · oversold 0 · undersold 0 · lost 0 · ` +
        'duplicate 0 · broken promises 0',
    });
  },
  TIMEOUT_MS,
);

test(
  'the demo says how many are lost when every api dies and Redis is flushed',
  async () => {
    const { code, out, err, lastLine } = await demo('apis-and-flush');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [, lost] = /^sold 300 of 300 · oversold 0 · undersold 0 · lost (\d+) /.exec(lastLine)!;
    expect(Number(lost)).toBeGreaterThan(0);
    expect(out).toContain(`log ${lost} · metrics ${lost} · audit ${lost}`);
  },
  TIMEOUT_MS,
);
