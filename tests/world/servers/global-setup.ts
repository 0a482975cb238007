import { getContainerRuntimeClient } from 'testcontainers';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../../src/ledger/migrate.ts';
import { readConfig, type Config } from '../../../src/platform/config/read-config.ts';
import { readServerPrograms } from '../../../src/platform/embedded/server-programs.ts';
import { makeTemplate } from './databases.ts';
import { scratchFolder, startServer, type Infra } from './start-test-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    infra: { readonly kind: Infra; readonly postgresUrl: string };
  }
}

/** Starts the Postgres that all test files share, and makes the template of worlds. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const kind = await chooseInfra(readConfig({ TEST_INFRA: process.env['TEST_INFRA'] }).testInfra);
  const { server, discard } = await startServer(kind, 'postgres', scratchFolder());
  const origins = kind === 'docker' ? server.origin : localOrigins();
  process.stdout.write(`Servers for tests (${kind}): ${origins}\n`);
  await makeTemplate(server.url, migrate).catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  project.provide('infra', { kind, postgresUrl: server.url });
  return discard;
}

function localOrigins(): string {
  const { redis, postgres } = readServerPrograms();
  return `${redis.from}; ${postgres.from}`;
}

async function chooseInfra(wanted: Config['testInfra']): Promise<Infra> {
  if (wanted === 'local') return 'local';
  const hasEngine = await getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
  if (wanted === 'auto') return hasEngine ? 'docker' : 'local';
  if (!hasEngine) throw new Error('TEST_INFRA is docker, but no Docker engine answers');
  return 'docker';
}
