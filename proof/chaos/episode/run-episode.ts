import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Dice } from '../../builders/dice.ts';
import { SandboxAdmin } from '../../crowd/order-lives/sandbox-admin.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';
import { SaleAdmin } from '../../fleet/sale-admin.ts';
import { chaosSale } from '../chaos-sale.ts';
import { Clients } from '../clients/clients.ts';
import { Load } from '../clients/load.ts';
import type { Fault } from '../faults/fault.ts';
import { startChaosWorld } from '../world/chaos-world.ts';
import type { ChaosWorld } from '../world/chaos-world.ts';
import type { Plan } from './deal-rounds.ts';
import { judge } from './judge.ts';
import { ProcessWatch } from './process-watch.ts';
import { runRound } from './run-round.ts';
import type { RoundResult, Scene } from './run-round.ts';

/** What came of a world. */
export interface EpisodeResult {
  readonly plan: Plan;
  readonly rounds: readonly RoundResult[];
  /** What is wrong, in words; empty: nothing. */
  readonly wrong: readonly string[];
  readonly requests: number;
  readonly orders: number;
  /** Orders lost by two faults at once that may lose them. */
  readonly lost: number;
  readonly seconds: number;
}

const SALE = 'chaos';
const MS = 1_000;
const OPEN_TRIES = 10;
const OPEN_PAUSE_MS = 500;

/** Watches the four processes of a world. */
const watchOf = ({ apis, workers }: ChaosWorld): ProcessWatch =>
  new ProcessWatch([
    ...apis.map((api, i) => ({ name: `api-${i + 1}`, url: api.url, pid: () => api.pid })),
    ...workers.map((one, i) => ({ name: `worker-${i + 1}`, url: one.url, pid: () => one.pid })),
  ]);

/** On a busy machine a sale may open late: what was applied is applied again. */
async function openSale(admin: SaleAdmin): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await admin.open(chaosSale(SALE));
    } catch (error) {
      if (tries === OPEN_TRIES) throw error;
      await wait(OPEN_PAUSE_MS);
    }
  }
}

async function openScene(world: ChaosWorld, clients: Clients, seed: number): Promise<Scene> {
  const admin = new SaleAdmin(world.apis[0]!.url, world.jwtSecret);
  await openSale(admin);
  const load = new Load(clients);
  return { world, sale: SALE, admin, load, dice: new Dice(seed) };
}

/** Runs the rounds of a plan until one goes wrong, then ends the load. */
async function runRounds(scene: Scene, rounds: readonly (readonly Fault[])[]) {
  const results: RoundResult[] = [];
  for (const faults of rounds) {
    const result = await runRound(scene, faults);
    results.push(result);
    if (result.wrong.length > 0) break;
  }
  await scene.load.pause();
  await scene.load.end();
  return results;
}

/**
 * Starts a world, lets the faults of a plan strike it under load, and checks what is left.
 * @param folder for the world's files and the journals
 * @param catalogue has every fault that the plan names
 */
export async function runEpisode(
  plan: Plan,
  { folder, catalogue }: { readonly folder: string; readonly catalogue: readonly Fault[] },
  cleanup: Cleanup,
): Promise<EpisodeResult> {
  const startMs = performance.now();
  const journals = join(folder, 'clients');
  mkdirSync(journals, { recursive: true });
  const world = await startChaosWorld(folder, cleanup);
  const watch = watchOf(world);
  const apis = world.apis.map(({ url }) => url);
  const { jwtSecret } = world;
  const market = { sale: SALE, apis, jwtSecret, folder: journals, seed: plan.seed };
  const clients = new Clients(market);
  try {
    const scene = await openScene(world, clients, plan.seed);
    const rounds = plan.rounds.map((names) =>
      names.map((name) => catalogue.find((fault) => fault.name === name)!),
    );
    const results = await runRounds(scene, rounds);
    const early = results.flatMap(({ wrong }) => wrong);
    const sandbox = new SandboxAdmin(world.sandbox.url);
    const verdict = await judge({
      scene,
      clients,
      sandbox,
      watch,
      rounds,
      isQuiet: early.length === 0,
    });
    const seconds = (performance.now() - startMs) / MS;
    return { plan, rounds: results, ...verdict, wrong: [...early, ...verdict.wrong], seconds };
  } finally {
    watch.stop();
    clients.close();
    await world.stop();
  }
}
