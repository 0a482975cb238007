import { join } from 'node:path';
import { SandboxAdmin } from '../../crowd/order-lives/sandbox-admin.ts';
import { seededRandom } from '../../crowd/seeded-random.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import { counted } from '../counted.ts';
import { demoSale } from '../demo-sale.ts';
import type { DemoServers } from '../demo-servers.ts';
import type { DemoOptions } from '../options.ts';
import { GentleRush } from './gentle-rush.ts';
import { readySignIns } from './ready-sign-ins.ts';
import { Restock } from './restock.ts';

interface Told {
  readonly say: (line: string) => void;
  readonly note: (line: string) => void;
}

const EXAMPLE = join(import.meta.dirname, '../../../examples/all-day.json');
const RESTOCK_MS = 5_000;
/** A fault of the rush is told once in this time. */
const FAULTS_MS = 60_000;

/** Tells faults without drowning what people look at. */
function rarely(note: Told['note']): (error: Error) => void {
  let nextMs = 0;
  return ({ message }) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + FAULTS_MS;
    note(`stay: ${message}`);
  };
}

/** Sells without end, and brings more of what is sold out. */
function beginRush(
  { seed }: DemoOptions,
  { api, settings }: DemoServers,
  file: ReturnType<typeof demoSale>,
  note: Told['note'],
): () => void {
  let isOver = false;
  const tell = rarely(note);
  // What is under way at the end fails, and nobody need know.
  const onError = (error: Error) => (isOver ? undefined : tell(error));
  const shared = { url: api.url, jwtSecret: settings.jwtSecret, file, random: seededRandom(seed) };
  const rush = new GentleRush({ ...shared, onError });
  const restock = new Restock(shared);
  rush.start();
  const timer = setInterval(() => void restock.look().catch(onError), RESTOCK_MS);
  return () => {
    isOver = true;
    rush.stop();
    clearInterval(timer);
  };
}

/**
 * Leaves the system up, with a sale that never ends, until a signal comes. The signal is how this
 * ends, so the program exits with 0.
 */
export async function stay(
  options: DemoOptions,
  servers: DemoServers,
  cleanup: Cleanup,
  { say, note }: Told,
): Promise<never> {
  const { api, settings, sandbox } = servers;
  const { jwtSecret } = settings;
  await new SandboxAdmin(sandbox.url).behave({});
  const file = demoSale(EXAMPLE, options);
  await new SaleAdmin(api.url, jwtSecret).open(file);
  const { id: sale, cells = 1 } = file.sale;
  cleanup.add(beginRush(options, servers, file, note));
  cleanup.endsBySignal();
  say(
    `sale     ${sale} open · ${counted(file.offers.length, 'offer')} · ${counted(cells, 'cell')}`,
  );
  say(readySignIns({ url: api.url, jwtSecret, sale, store: file.offers[0]!.store }));
  say('It goes on selling until you press Ctrl-C.');
  return new Promise<never>(() => {});
}
