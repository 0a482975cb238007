import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxAdmin } from '../../crowd/order-lives/sandbox-admin.ts';
import { MOST_HOLDS } from '../chaos-sale.ts';
import type { SandboxFacts } from '../checker/compare-money.ts';
import { until } from '../../fleet/until.ts';
import { findFaults } from '../checker/find-faults.ts';
import { readLogs } from '../checker/read-logs.ts';
import { readSnapshot } from '../checker/snapshot.ts';
import type { Snapshot } from '../checker/snapshot.ts';
import { readClientJournal } from '../clients/client-journal.ts';
import type { Exchange } from '../clients/client-journal.ts';
import type { Clients } from '../clients/clients.ts';
import { sellOut } from '../clients/sell-out.ts';
import type { Shelf } from '../clients/sell-out.ts';
import type { Fault } from '../faults/fault.ts';
import type { ProcessWatch } from './process-watch.ts';
import { becomeQuiet } from './run-round.ts';
import type { Scene } from './run-round.ts';

/** A world whose faults and whose load are over. */
export interface Suspect {
  readonly scene: Scene;
  readonly clients: Clients;
  readonly sandbox: SandboxAdmin;
  readonly watch: ProcessWatch;
  readonly rounds: readonly (readonly Fault[])[];
  /** False when a round left the world in trouble: then nothing more is sold. */
  readonly isQuiet: boolean;
}

export interface Verdict {
  readonly wrong: readonly string[];
  readonly requests: number;
  readonly orders: number;
  readonly lost: number;
}

const POLL_MS = 200;
/** The orders that bought the rest expire within some seconds. */
const BOOKS_TRIES = 60;
const NOTICED_WITHIN_MS = 15_000;
/** Every unpaid order must have expired by then. */
const EXPIRED_WITHIN_MS = 30_000;
/** The provider sends events again and again; the last ones must arrive. */
const EVENTS_WITHIN_MS = 10_000;

/** True when two faults of a round may lose orders together. */
export const mayLose = (faults: readonly Fault[]): boolean =>
  faults.some(({ losesWith = [] }) => faults.some(({ name }) => losesWith.includes(name)));

/** Waits until no order is unpaid. @returns how many are after `EXPIRED_WITHIN_MS` */
async function untilExpired({ world, sale }: Scene): Promise<number> {
  const deadlineMs = performance.now() + EXPIRED_WITHIN_MS;
  for (;;) {
    const { orders } = await readSnapshot(world.databaseUrl, sale);
    const unpaid = orders.filter(({ state }) => state === 'reserved').length;
    if (unpaid === 0 || performance.now() > deadlineMs) return unpaid;
    await wait(POLL_MS);
  }
}

/** The product notices an edited counter within seconds. Until then a cell may sell too much. */
async function untilAudited({ sale, admin }: Scene): Promise<void> {
  const isClean = async () => (await admin.audit(sale)).brokenPromises.length === 0;
  // An audit that stays unclean is a fault that the end finds.
  await until('the audit is clean', NOTICED_WITHIN_MS, isClean).catch(() => {});
}

const shelvesOf = ({ allotments, offers }: Snapshot): Shelf[] =>
  allotments.map(({ cell, offer, allotted, held, sold }) => {
    const { most } = offers.find(({ id }) => id === offer)!;
    return { cell, offer, left: allotted - held - sold, most };
  });

/** Waits until orders have expired, and buys everything that is left. */
async function emptyShelves({ scene, clients }: Suspect): Promise<string[]> {
  const { world, sale } = scene;
  const unpaid = await untilExpired(scene);
  if (unpaid > 0) return [`expiry: ${unpaid} orders are neither paid nor over`];
  const quiet = await becomeQuiet(scene);
  if (typeof quiet === 'string') return [quiet];
  await untilAudited(scene);
  const faults = await sellOut(clients, shelvesOf(await readSnapshot(world.databaseUrl, sale)));
  const after = await becomeQuiet(scene);
  return typeof after === 'string' ? [...faults, after] : faults;
}

async function readSandbox(sandbox: SandboxAdmin, { payments }: Snapshot): Promise<SandboxFacts> {
  const refs = payments.flatMap(({ ref }) => (ref === null ? [] : [ref]));
  const known = new Map<string, Awaited<ReturnType<SandboxAdmin['payment']>>>();
  for (const ref of refs) known.set(ref, await sandbox.payment(ref));
  return { books: await sandbox.books(), payments: known };
}

async function untilEventsArrived(sandbox: SandboxAdmin): Promise<void> {
  const deadlineMs = performance.now() + EVENTS_WITHIN_MS;
  while ((await sandbox.books()).waiting > 0 && performance.now() < deadlineMs) await wait(POLL_MS);
}

async function readExchanges(clients: Clients): Promise<Exchange[]> {
  const lists = [...clients.files()].map(([name, file]) => readClientJournal(name, file));
  return (await Promise.all(lists)).flat();
}

const standing = ({ allotments }: Snapshot): string => JSON.stringify(allotments);

/** Reads the ledger and the audit so that nothing changed between: orders still expire. */
async function readBooks({ scene: { world, sale, admin } }: Suspect) {
  for (let tries = 1; ; tries++) {
    const before = await readSnapshot(world.databaseUrl, sale);
    const audit = await admin.audit(sale);
    const snapshot = await readSnapshot(world.databaseUrl, sale);
    const isStill = standing(before) === standing(snapshot);
    if (isStill || tries === BOOKS_TRIES) return { audit, snapshot };
    await wait(POLL_MS);
  }
}

/** Sells the rest, and compares journals, ledger, sandbox, audit and logs. */
export async function judge(suspect: Suspect): Promise<Verdict> {
  const { scene, clients, sandbox, watch, rounds, isQuiet } = suspect;
  const { world } = scene;
  const early = isQuiet ? await emptyShelves(suspect) : [];
  await untilEventsArrived(sandbox);
  const exchanges = await readExchanges(clients);
  const { audit, snapshot } = await readBooks(suspect);
  const { wrong, lost } = findFaults({
    exchanges,
    snapshot,
    sandbox: await readSandbox(sandbox, snapshot),
    audit,
    logs: readLogs(world.logs),
    standstills: watch.standstills,
    memory: watch.memory,
    mayLose: rounds.some(mayLose),
    hasWrongClock: rounds.flat().some(({ group }) => group === 'clock'),
    mostHolds: MOST_HOLDS,
  });
  const { length: orders } = snapshot.orders;
  return { wrong: [...early, ...wrong], requests: exchanges.length, orders, lost };
}
