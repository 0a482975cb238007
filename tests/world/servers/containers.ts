import { Redis } from 'ioredis';
import { GenericContainer, RandomPortGenerator, getContainerRuntimeClient } from 'testcontainers';
import { isAnswering } from '../../../src/platform/embedded/postgres-server.ts';
import type { DisposableServer } from './disposable-server.ts';
import { until } from './wait-until.ts';

interface Recipe {
  readonly image: string;
  readonly port: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly url: (host: string, port: number) => string;
  readonly isUp: (url: string) => Promise<boolean>;
}

const startMs = 60_000;

const recipes: Readonly<Record<'redis' | 'postgres', Recipe>> = {
  redis: {
    image: 'redis:7',
    port: 6379,
    command: 'redis-server --appendonly yes --appendfsync always --maxmemory-policy noeviction'
      .split(' ')
      .concat('--save', ''),
    environment: {},
    url: (host, port) => `redis://${host}:${port}`,
    isUp: isRedisUp,
  },
  postgres: {
    image: 'postgres:17',
    port: 5432,
    command: ['postgres', '-c', 'max_connections=200'],
    environment: { POSTGRES_USER: 'doorbuster', POSTGRES_HOST_AUTH_METHOD: 'trust' },
    url: (host, port) => `postgresql://doorbuster@${host}:${port}/doorbuster`,
    isUp: isAnswering,
  },
};

async function isRedisUp(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}

/** Starts a server in a container; its port is fixed first, so that a restart keeps it. */
export async function startContainer(product: 'redis' | 'postgres'): Promise<DisposableServer> {
  const { image, port, command, environment, url: urlAt, isUp } = recipes[product];
  const host = await new RandomPortGenerator().generatePort();
  const started = await new GenericContainer(image)
    .withExposedPorts({ container: port, host })
    .withCommand([...command])
    .withEnvironment({ ...environment })
    .start();
  const { container: client } = await getContainerRuntimeClient();
  const container = client.getById(started.getId());
  const url = urlAt(started.getHost(), host);
  const isReady = () =>
    until(() => isUp(url), { describe: `${image} answers`, timeoutMs: startMs });
  const findPid = async () => (await client.inspect(container)).State.Pid;
  await isReady();
  let pid = await findPid();
  const server = {
    url,
    origin: `${image} in Docker`,
    get pid() {
      return pid;
    },
    stop: () => client.stop(container),
    kill: async () => void (await container.kill()),
    restart: async () => {
      await client.restart(container);
      await isReady();
      pid = await findPid();
    },
  };
  return { server, discard: async () => void (await started.stop()) };
}
