import type { Redis } from 'ioredis';
import { ScriptBatches } from '../../cell/selling/script-batches.ts';
import { CARTS_MAX, callCheckout } from '../../cell/selling/checkout.ts';
import type { CheckoutItem, CheckoutReply } from '../../cell/selling/checkout.ts';
import { callClaim } from '../../cell/selling/claim.ts';
import type { ClaimItem, ClaimReply } from '../../cell/selling/claim.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { callPurchase } from '../../cell/selling/purchase.ts';
import type { PurchaseItem, PurchaseReply } from '../../cell/selling/purchase.ts';
import { SoldOutMemory } from '../../cell/selling/sold-out-memory.ts';
import { callWallets } from '../../cell/selling/wallets.ts';
import type { WalletsReply } from '../../cell/selling/wallets.ts';
import { rememberBatches } from '../../cell/cells/remember-batches.ts';
import { CellWatch } from '../../cell/cells/watch-cells.ts';
import { cellName } from '../../domain/ids.ts';
import type { CellId, ShopperId } from '../../domain/ids.ts';
import { within } from '../../platform/deadline.ts';
import { shareRuns } from '../../platform/share-runs.ts';
import { createRedis, pulse, whenReady } from '../../platform/redis.ts';
import { randomSerials } from '../../platform/random-serials.ts';
import { ChoreBell } from '../../queue/chore-bell.ts';
import { Doorbell } from '../../queue/doorbell.ts';
import type { ReportOf } from '../../ledger/reading/kept-reports.ts';
import { sumSold } from '../../ledger/reading/sum-sold.ts';
import { awaitReport } from '../../service/orders/await-report.ts';
import type { ReportDeps } from '../../service/orders/discount-report.ts';
import { SoldMemory } from '../../service/reading/sold-memory.ts';
import { DealThreads } from '../../service/selling/deal-threads.ts';
import { RefusalTally } from '../../service/selling/refusal-tally.ts';
import type { Observer } from './observer.ts';
import { PROVIDER_CALLS, REPORTS, wireCore } from './wire-core.ts';
import type { Core, WireOptions } from './wire-core.ts';

/** Everything the use cases of the api need. */
export interface ApiSide extends Core {
  /** The connection of the hot path: a command runs once or fails. */
  readonly hot: Redis;
  readonly purchases: ScriptBatches<PurchaseItem, PurchaseReply>;
  readonly claims: ScriptBatches<ClaimItem, ClaimReply>;
  readonly wallets: ScriptBatches<ShopperId, WalletsReply>;
  readonly checkouts: ScriptBatches<CheckoutItem, CheckoutReply>;
  readonly soldOut: SoldOutMemory;
  readonly watch: CellWatch;
  readonly refusals: RefusalTally;
  readonly soldMemory: SoldMemory;
  readonly madeReport: ReportDeps['madeReport'];
  readonly deals: DealThreads;
  readonly newSerial: () => string;
  readonly onCallsDue: () => void;
  readonly onAway: (error: Error) => void;
  readonly onEvent: Observer['onEvent'];
  readonly onAlert: Observer['onAlert'];
}

/** How often the api adds the refusals it counted to the ledger, and how long that may take. */
const TALLY_MS = 5_000;

const openCells = (directory: Directory): CellAddress[] =>
  directory
    .sales()
    .flatMap((sale) => sale.cells)
    .filter((cell) => cell.state === 'open' && cell.isOurProtocol);

type Scripts = Pick<ApiSide, 'purchases' | 'checkouts' | 'claims' | 'wallets'>;

/** The scripts of the hot path. A call that wrote an entry rings the worker. */
function wireScripts(
  options: WireOptions,
  { acknowledged, activity }: Pick<Core, 'acknowledged' | 'activity'>,
  ring: (cell: CellId) => void,
): Scripts {
  const { backlogLimit, observer, time } = options;
  const onPlaced = ({ id }: CellAddress) => ring(id);
  const shared = (script: string) => ({
    backlogLimit,
    time,
    onPlaced,
    onCall: (items: number, ms: number) => observer.onBatch(script, items, ms),
  });
  const memory = rememberBatches(acknowledged, activity);
  const purchases = { ...shared('purchase'), call: callPurchase, memory: memory.purchases };
  const checkouts = { ...shared('checkout'), call: callCheckout, memory: memory.checkouts };
  return {
    purchases: new ScriptBatches(purchases),
    checkouts: new ScriptBatches({ ...checkouts, max: CARTS_MAX }),
    claims: new ScriptBatches({ ...shared('claim'), call: callClaim, memory: memory.claims }),
    wallets: new ScriptBatches({ ...shared('wallets'), call: callWallets }),
  };
}

/** Brings what this process counted to the ledger, for the last time when it stops. */
function wireTally(core: Core, onError: (error: Error) => void) {
  const refusals = new RefusalTally(core);
  const flush = () => within(TALLY_MS, () => refusals.flush());
  const tallying = core.time.repeat(flush, TALLY_MS, { onError, firstMs: TALLY_MS });
  const stop = async () => {
    await tallying.stop();
    // Counts are figures: a process does not wait for a ledger that is away.
    await flush().catch(() => {});
  };
  return { refusals, stop };
}

/** Polls the cells that are open, and notes what each poll says. */
function wireWatch(core: Core, soldOut: SoldOutMemory, observer: Observer): CellWatch {
  return new CellWatch({
    time: core.time,
    cells: () => openCells(core.directory),
    isHurried: (cell) => soldOut.isAnySoldOut(cell),
    onSnapshot: (cell, snapshot, askedAtMs) => {
      soldOut.notePoll(cell, snapshot.restocked, askedAtMs);
      const { seq, placed, watermark } = snapshot;
      core.acknowledged.noteHead(cell.id, { epoch: cell.epoch, seq, placed });
      core.acknowledged.noteSettled(cell.id, cell.epoch, watermark);
      observer.onPoll(cell.id, snapshot);
    },
    onDisplaced: (cell, displaced) => {
      if (core.recoverOnce.heal(cell, displaced)) return;
      const found = 'found' in displaced ? displaced.found : displaced.word;
      observer.onError(new Error(found), cellName(cell.id));
    },
    onFault: (error, { id }) => observer.onError(error, cellName(id)),
  });
}

/** However many ask for the same report, this process waits for it once. */
function wireReports({ pools, time }: Core, onAsked: () => void): ReportDeps['madeReport'] {
  const waiting = { pool: pools.reports, time, onAsked };
  const keyOf = ({ sale, store }: ReportOf) => `${sale} ${store ?? ''}`;
  return shareRuns((of) => awaitReport(waiting, of), keyOf);
}

export async function wireApi(options: WireOptions): Promise<ApiSide> {
  const { observer, redisUrl, time } = options;
  const onError = (error: Error) => observer.onError(error, 'redis');
  const hot = createRedis(redisUrl, { kind: 'hot', onError });
  const core = await wireCore(options, 'api', hot).catch((error: unknown) => {
    hot.disconnect();
    throw error;
  });
  const queue = createRedis(redisUrl, { kind: 'queue', onError });
  const stopPulse = pulse(queue, time);
  const doorbell = new Doorbell(queue, time, onError);
  const bell = new ChoreBell(queue, time, onError);
  const soldOut = new SoldOutMemory(time, (error) => observer.onError(error, 'sold-out'));
  const scripts = wireScripts(options, core, (cell) => doorbell.ring(cell));
  const watch = wireWatch(core, soldOut, observer);
  const deals = new DealThreads({ time });
  const { refusals, stop: stopTally } = wireTally(core, onError);
  await whenReady(hot);
  watch.start();
  const close = async () => {
    watch.stop();
    void deals.close();
    // What this process remembers is handed over even if Redis is silent and no queue closes.
    await Promise.all([doorbell.close(), bell.close(), stopTally().then(() => core.close())]);
    stopPulse();
    queue.disconnect();
    hot.disconnect();
  };
  return {
    ...core,
    hot,
    ...scripts,
    soldOut,
    watch,
    refusals,
    soldMemory: new SoldMemory((sale) => sumSold(core.pools.reports, sale), time),
    madeReport: wireReports(core, () => bell.ring(REPORTS)),
    deals,
    newSerial: randomSerials(),
    onCallsDue: () => bell.ring(PROVIDER_CALLS),
    onAway: (error) => observer.onError(error, 'payments'),
    onEvent: observer.onEvent,
    onAlert: observer.onAlert,
    close,
  };
}
