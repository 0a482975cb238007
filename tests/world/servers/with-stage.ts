import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

const HOOKS = {
  test: { before: beforeEach, after: afterEach },
  file: { before: beforeAll, after: afterAll },
} as const;

/** Whether each test has its own, or all tests of the file share one. */
export type Per = keyof typeof HOOKS;

/** A world: made before the tests that use it, disposed of after them. */
export function withWorld(per: Per, take: (world: World) => void): void {
  const { before, after } = HOOKS[per];
  let world: World | undefined;
  before(async () => {
    world = await createWorld();
    take(world);
  });
  after(async () => {
    await world?.dispose();
  });
}

/** A stage in a world of its own: opened before the tests that use it, closed after them. */
export function withStage<Stage extends { close(): Promise<void> }>(
  per: Per,
  open: (world: World) => Promise<Stage>,
  take: (stage: Stage, world: World) => void,
): void {
  const { before, after } = HOOKS[per];
  let world: World;
  let stage: Stage | undefined;
  withWorld(per, (made) => (world = made));
  before(async () => {
    stage = await open(world);
    take(stage, world);
  });
  after(async () => {
    await stage?.close();
  });
}
