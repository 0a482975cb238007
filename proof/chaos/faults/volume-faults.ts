import { cpSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { cutLogTail, logBytes } from '../../fleet/cut-log-tail.ts';
import { between } from './fault.ts';
import type { Fault } from './fault.ts';

/** What may be lost with every process that remembers it. */
const LOSES_WITH = ['kill-api', 'kill-apis'];
/** Redis goes on this long before it dies, and loses some of that time, in ms. */
const GOES_ON_MS = [300, 1_000] as const;

const cutLog: Fault = {
  name: 'cut-log',
  group: 'data',
  says: 'power loss: Redis dies, and the last bytes of its append-only file are gone',
  losesWith: LOSES_WITH,
  begin: async ({ redis }, random) => {
    const { primary } = redis;
    const fromByte = logBytes(primary.dir);
    await wait(between(random, ...GOES_ON_MS));
    await primary.kill();
    cutLogTail(primary.dir, fromByte, random());
    return () => redis.repair();
  },
};

const olderCopy: Fault = {
  name: 'older-copy',
  group: 'data',
  says: 'Redis starts again on an older copy of its data',
  losesWith: LOSES_WITH,
  begin: async ({ redis }, random) => {
    const { primary } = redis;
    const copy = `${primary.dir}-copy-${primary.pid}`;
    cpSync(primary.dir, copy, { recursive: true });
    await wait(between(random, ...GOES_ON_MS));
    await redis.exchange(primary, copy);
    return () => redis.repair();
  },
};

const emptyStart: Fault = {
  name: 'empty-start',
  group: 'data',
  says: 'Redis starts on an empty volume, then again on the right one',
  losesWith: LOSES_WITH,
  begin: async ({ redis }) => {
    const { primary } = redis;
    const { dir } = primary;
    await redis.exchange(primary, `${dir}-empty-${primary.pid}`);
    return async () => {
      await redis.exchange(primary, dir);
      await redis.repair();
    };
  },
};

export const volumeFaults: readonly Fault[] = [cutLog, olderCopy, emptyStart];
