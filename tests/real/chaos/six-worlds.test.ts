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
    expect(code, `${out}\n${err}`).toBe(0);
    expect(out).toMatch(/^6 seeds: nothing lost, no hang, no standstill/m);
  },
  TIMEOUT_MS,
);
