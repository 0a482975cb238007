import { expect, test } from 'vitest';
import { runCommand } from '../../world/servers/command.ts';

const SEEDS = 6;
const SEED = 11;
/** Two minutes on two idle cores; on a busy machine the worlds only take longer. */
const TIMEOUT_MS = 600_000;

test(
  'six worlds that faults strike lose nothing, hang nowhere and sell again',
  async () => {
    const args = ['proof/chaos/main.ts', '--seeds', String(SEEDS), '--seed', String(SEED)];
    const { code, out, err } = await runCommand(process.execPath, args, {});
    const lastLine = out.trimEnd().split('\n').at(-1);
    expect({ code, err, lastLine }).toMatchObject({
      code: 0,
      lastLine: expect.stringContaining('6 seeds: nothing lost, no hang, no standstill'),
    });
  },
  TIMEOUT_MS,
);
