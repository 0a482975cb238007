import { defineConfig } from 'vitest/config';

const patience = { testTimeout: 60_000, hookTimeout: 60_000, retry: 0 };

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
          globalSetup: ['tests/world/servers/global-setup.ts'],
          ...patience,
        },
      },
    ],
  },
});
