import { defineConfig } from 'vitest/config';

/** A hang fails a test. No honest test takes as long, even on a slow machine that is busy. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000, retry: 0 };

export default defineConfig({
  test: {
    reporters: ['default', './tests/reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'real',
          environment: 'node',
          include: ['tests/real/**/*.test.ts'],
          exclude: ['tests/real/chaos/**'],
          globalSetup: ['tests/world/servers/global-setup.ts'],
          ...patience,
        },
      },
      {
        // It needs both cores, so it runs when all other tests are over.
        test: {
          name: 'chaos',
          environment: 'node',
          include: ['tests/real/chaos/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          ...patience,
        },
      },
      {
        // A browser needs a core of its own.
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/world/servers/global-setup.ts'],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          ...patience,
        },
      },
    ],
  },
});
