import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceProcess } from '../../fleet/service-process.ts';
import type { ChaosWorld } from '../world/chaos-world.ts';
import { until } from '../../fleet/until.ts';
import { pick } from './fault.ts';
import type { Fault, Random } from './fault.ts';

type Choose = (world: ChaosWorld, random: Random) => readonly ServiceProcess[];

const anApi: Choose = ({ apis }, random) => [pick(random, apis)];
const aWorker: Choose = ({ workers }, random) => [pick(random, workers)];
const allApis: Choose = ({ apis }) => apis;
const allWorkers: Choose = ({ workers }) => workers;

/** Several tries: a process that finds a server away ends, and its supervisor starts it again. */
const STARTS_WITHIN_MS = 60_000;
const BEGINS_WITHIN_MS = 5_000;
const SHIFT_CLOCK = new URL('../world/shift-clock.ts', import.meta.url).href;
/** One minute to one hour. */
const SHIFT_MS = [60_000, 3_600_000] as const;

/** Starts processes again that have died, as their supervisor does. */
export const revive = async (
  processes: readonly ServiceProcess[],
  flags?: readonly string[],
): Promise<void> => {
  const startOf = (process: ServiceProcess) =>
    until('the process starts again', STARTS_WITHIN_MS, async () => {
      await process.restart(flags);
      return true;
    });
  await Promise.all(processes.map(startOf));
};

const killOf = (name: string, says: string, choose: Choose): Fault => ({
  name,
  group: 'kill',
  says,
  begin: async (world, random) => {
    const victims = choose(world, random);
    await Promise.all(victims.map((victim) => victim.kill()));
    return () => revive(victims);
  },
});

const stallOf = (name: string, says: string, choose: Choose): Fault => ({
  name,
  group: 'stall',
  says,
  begin: async (world, random) => {
    const victims = choose(world, random);
    for (const victim of victims) victim.freeze();
    return async () => {
      for (const victim of victims) victim.thaw();
    };
  },
});

const termOf = (name: string, says: string, choose: Choose): Fault => ({
  name,
  group: 'stop',
  says,
  begin: async (world, random) => {
    const victims = choose(world, random);
    const stopping = Promise.all(victims.map((victim) => victim.stop()));
    stopping.catch(() => {});
    return async () => {
      await stopping;
      await revive(victims);
    };
  },
});

const clockOf = (name: string, says: string, choose: Choose): Fault => ({
  name,
  group: 'clock',
  says,
  begin: async (world, random) => {
    const victims = choose(world, random);
    const ms = SHIFT_MS[0] + random() * (SHIFT_MS[1] - SHIFT_MS[0]);
    const shiftMs = Math.round(random() < 0.5 ? ms : -ms);
    const restart = async (flags?: readonly string[]): Promise<void> => {
      await Promise.all(victims.map((victim) => victim.stop()));
      await revive(victims, flags);
    };
    const shifted = restart(['--import', `${SHIFT_CLOCK}?ms=${shiftMs}`]);
    shifted.catch(() => {});
    // Another fault may keep a server away that it needs, and may end only after this has begun.
    await Promise.race([shifted, wait(BEGINS_WITHIN_MS, null, { ref: false })]);
    return async () => {
      await shifted;
      await restart();
    };
  },
});

export const processFaults: readonly Fault[] = [
  killOf('kill-api', 'kill -9 of an api, which starts again', anApi),
  killOf('kill-apis', 'kill -9 of every api; they start again', allApis),
  killOf('kill-worker', 'kill -9 of a worker, which starts again', aWorker),
  killOf('kill-workers', 'kill -9 of every worker; they start again', allWorkers),
  stallOf('stall-api', 'an api stands still (SIGSTOP) and goes on', anApi),
  stallOf('stall-worker', 'a worker stands still (SIGSTOP) and goes on', aWorker),
  stallOf('stall-workers', 'every worker stands still (SIGSTOP) and goes on', allWorkers),
  termOf('stop-api', 'SIGTERM to an api under load, which starts again', anApi),
  termOf('stop-worker', 'SIGTERM to a worker under load, which starts again', aWorker),
  clockOf('clock-api', 'an api whose clock is up to an hour fast or slow', anApi),
  clockOf('clock-worker', 'a worker whose clock is up to an hour fast or slow', aWorker),
];
