import { TcpProxy } from '../../fleet/tcp-proxy.ts';
import type { Target } from '../../fleet/tcp-proxy.ts';
import type { Cleanup } from '../../fleet/cleanup.ts';

export type LinkedServer = 'redis' | 'postgres' | 'sandbox' | 'api';

/** The way of a process to a server. */
export interface Link {
  /** Such as `api-1`, or `sandbox`. */
  readonly process: string;
  readonly server: LinkedServer;
  readonly proxy: TcpProxy;
}

export async function startLink(
  process: string,
  server: LinkedServer,
  target: Target,
  cleanup: Cleanup,
): Promise<Link> {
  const proxy = await cleanup.start(() => TcpProxy.start(target));
  return { process, server, proxy };
}

/** The links of the processes of a role, such as `worker`, to a server. */
export const linksOf = (
  { links }: { readonly links: readonly Link[] },
  role: 'api' | 'worker' | 'all',
  server: LinkedServer,
): Link[] =>
  links.filter(
    (link) => link.server === server && (role === 'all' || link.process.startsWith(role)),
  );
