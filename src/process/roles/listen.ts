import type { AddressInfo } from 'node:net';
import type { App } from '../../http/deps.ts';
import { ConfigError } from '../../platform/config/read-config.ts';
import type { Config } from '../../platform/config/read-config.ts';
import type { Running } from './running.ts';

/** Names the variable to change when we cannot listen. */
function listenFault(error: Error & { code?: string }, { host, port }: Config): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError([`PORT is ${port}, where another process listens: set a free one`]);
  }
  if (error.code === 'EACCES') {
    return new ConfigError([`PORT is ${port}, where we may not listen: set one above 1023`]);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ConfigError([`HOST is ${host}, which is no address of this machine`]);
  }
  return error;
}

/**
 * @returns the port, chosen by the system when the configured one is 0
 * @throws ConfigError when HOST or PORT cannot be used
 */
export async function listen(app: App, { env, log }: Running, what: string): Promise<number> {
  const { host, port } = env.config;
  const url = await app.listen({ host, port }).catch((error: Error & { code?: string }) => {
    throw listenFault(error, env.config);
  });
  log.info({ url }, `${what} listening`);
  return (app.server.address() as AddressInfo).port;
}
