import { join } from 'node:path';
import { launch } from '../../src/platform/embedded/launch.ts';
import { freePort } from '../../src/platform/embedded/free-port.ts';
import { putOffer } from '../../src/ledger/terms/put-offer.ts';
import { readSaleFile } from '../../src/http/sale-file/read-sale-file.ts';
import { OPERATOR } from '../../proof/builders/ids.ts';
import type { SaleFile } from '../../proof/fleet/sale-admin.ts';
import { until } from '../../proof/fleet/until.ts';
import { writeTokens } from '../../proof/crowd/tokens.ts';
import { auditArm, untilSettled, wishOf } from '../over-http/arms.ts';
import type { Harness } from '../over-http/harness.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import { expectOnly, measuredRush, total } from '../over-http/measured-rush.ts';
import type { Rushed } from '../over-http/measured-rush.ts';
import { putOnSale, saleName } from '../over-http/put-on-sale.ts';
import type { OnSale } from '../over-http/put-on-sale.ts';
import type { BenchWorld } from '../run/scenario.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { AttackKind, Target } from './attack-kinds.ts';
import { CONNECTIONS, PER_SECOND } from './attack-kinds.ts';
import type { AttackPlan } from './attack-plan.ts';
import { ATTACKERS, draftSale, mallWares } from './mall.ts';
import { attackPrincipals } from './principals.ts';

/** What the phases of a run share. */
export interface Stage {
  readonly harness: Harness;
  /** A server that refuses everything at once. */
  readonly dummyUrl: string;
  /** One token for each honest shopper. */
  readonly tokensFile: string;
  /** What attackers aim at, but for the sale of the phase. */
  readonly target: Omit<Target, 'sale'>;
  /** Audits what attackers aimed at. @throws NoNumber on any fault */
  audit(): Promise<void>;
  stop(): Promise<void>;
}

/** Carts sold in the mall beforehand. */
const MALL_ORDERS = 5_000;
const OPEN_WITHIN_MS = 60_000;
const MALL_CONNECTIONS = 64;
/** Attackers come from as many addresses as there are attackers: 127.0.0.1 is the honest ones'. */
const FIRST_ADDRESS = 2;
const OFFER = hotWares.requests[0]!.id;

const addresses = Array.from({ length: ATTACKERS }, (_, i) => `127.0.0.${FIRST_ADDRESS + i}`);

async function startDummy(folder: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const isAnswering = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  const child = await launch({
    command: process.execPath,
    args: [join(import.meta.dirname, 'dummy-server.ts'), String(port)],
    logFile: join(folder, 'dummy.log'),
    stopSignal: 'SIGTERM',
    isAnswering,
  });
  return { url, stop: () => child.stop() };
}

/**
 * Sets all of a sale file, leaving the sale a draft. Its many offers go into the ledger without the
 * api between, which would read the sale again after each of them.
 */
async function setLarge({ admin, pool }: Harness, file: SaleFile): Promise<void> {
  const { id } = file.sale;
  const read = readSaleFile(JSON.stringify(file), id);
  if (read.kind === 'faults') throw new Error(`${id}: ${JSON.stringify(read.faults)}`);
  await admin.apply({ sale: file.sale, offers: [] });
  for (const offer of read.offers) {
    const put = await putOffer(pool, read.id, offer, OPERATOR);
    if (put.kind !== 'created') throw new Error(`${id}, ${offer.id}: ${JSON.stringify(put)}`);
  }
}

/** Opens the mall and sells in it, so that the api also knows the way of carts. */
async function openMall(harness: Harness): Promise<{ onSale: OnSale; selling: Rushed }> {
  const sale = saleName();
  const file = mallWares.sale(sale, PLENTY);
  await setLarge(harness, file);
  // Opening a sale of 1,000 offers may take longer than the api waits for one statement.
  await until(`${sale} is open`, OPEN_WITHIN_MS, async () => {
    await harness.admin.open({ ...file, offers: [] });
    return true;
  });
  const onSale = { sale, wares: mallWares, amount: PLENTY };
  const wish = wishOf(harness, onSale, { seconds: 1, connections: MALL_CONNECTIONS });
  const length = { purchases: MALL_ORDERS };
  const selling = await measuredRush(harness, { ...wish, length, pids: {} });
  expectOnly('placed', selling, 'mall');
  await untilSettled(harness, onSale, total(selling.report.answers));
  return { onSale, selling };
}

/** @param shoppers the number of honest shoppers */
export async function openStage(
  harness: Harness,
  shoppers: number,
  say: BenchWorld['say'],
): Promise<Stage> {
  const { folder, jwtSecret } = harness.servers;
  const dummy = await startDummy(folder);
  const { onSale: mall, selling } = await openMall(harness);
  say(`mall ${mall.sale} has sold ${MALL_ORDERS} carts`);
  const draft = saleName();
  await setLarge(harness, draftSale(draft));
  say(`draft ${draft} is there`);
  const tokensFile = join(folder, 'honest-tokens');
  writeTokens({ file: tokensFile, jwtSecret, shoppers });
  const principals = attackPrincipals(jwtSecret);
  return {
    harness,
    dummyUrl: dummy.url,
    tokensFile,
    target: { ...principals, offer: OFFER, mall: mall.sale, draft },
    audit: async () => {
      await auditArm(harness, mall, [selling.journal]);
      harness.audits.note(draft, (await harness.admin.audit(draft)).brokenPromises);
    },
    stop: () => dummy.stop(),
  };
}

/** The flood of a kind on a server, aimed at a sale. */
export const planOf = (
  { target }: Pick<Stage, 'target'>,
  { way = 'answers', perSecond = PER_SECOND, connections = CONNECTIONS, requests }: AttackKind,
  { url, sale }: { readonly url: string; readonly sale: string },
): AttackPlan => ({
  url,
  way,
  perSecond,
  connections,
  addresses,
  requests: requests({ ...target, sale }),
});

/** Finds what closed-loop clients buy a second while the worker settles. */
export async function capacityOf(harness: Harness, seconds: number): Promise<number> {
  const onSale = await putOnSale(harness, hotWares, PLENTY);
  const wish = wishOf(harness, onSale, { seconds, connections: MALL_CONNECTIONS });
  const rushed = await measuredRush(harness, wish);
  expectOnly('placed', rushed, 'capacity');
  await untilSettled(harness, onSale, total(rushed.report.answers));
  await auditArm(harness, onSale, [rushed.journal]);
  return rushed.perSecond;
}
