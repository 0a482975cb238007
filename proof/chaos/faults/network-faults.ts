import type { ChaosWorld } from '../world/chaos-world.ts';
import { linksOf } from '../world/links.ts';
import type { Link } from '../world/links.ts';
import type { TcpProxy } from '../../fleet/tcp-proxy.ts';
import { between, isHeads, oneOrAll, pick } from './fault.ts';
import type { Fault, FaultGroup, Random } from './fault.ts';

/** The ways that a fault of the network strikes. */
interface Ways {
  /** The last words of the fault's name. */
  readonly name: string;
  readonly says: string;
  links(world: ChaosWorld): readonly Link[];
}

/** A way for the network to fail. */
interface Failure {
  readonly name: string;
  readonly group: FaultGroup;
  readonly says: string;
  readonly isBrief?: boolean;
  /** @returns what ends it */
  begin(proxies: readonly TcpProxy[], random: Random): () => unknown;
}

/** How long a network is gone before connections are half-open, in ms. */
const HALF_OPEN_MS = [500, 3_000] as const;
const SLOW_MS = [20, 250] as const;

const waysOf = (role: 'api' | 'worker' | 'all', server: 'redis' | 'postgres'): Ways => ({
  name: `${role}-${server}`,
  says: `between ${role === 'all' ? 'every process' : `the ${role}s`} and ${server}`,
  links: (world) => linksOf(world, role, server),
});

const WAYS: readonly Ways[] = [
  ...(['redis', 'postgres'] as const).flatMap((server) =>
    (['api', 'worker', 'all'] as const).map((role) => waysOf(role, server)),
  ),
  {
    name: 'sandbox',
    says: 'between the payment provider and the processes, both ways',
    links: ({ links }) => links.filter(({ server }) => server === 'sandbox' || server === 'api'),
  },
];

const FAILURES: readonly Failure[] = [
  {
    name: 'half-open',
    group: 'half-open',
    isBrief: true,
    says: 'for 0.5 to 3 s bytes vanish, and connections open by then stay silent for good',
    begin: (proxies, random) => {
      const ms = between(random, ...HALF_OPEN_MS);
      const windows = Promise.all(proxies.map((proxy) => proxy.halfOpen(ms)));
      return () => windows;
    },
  },
  {
    name: 'cut',
    group: 'cut',
    isBrief: true,
    says: 'open connections are reset',
    begin: (proxies) => {
      for (const proxy of proxies) proxy.cut();
      return () => {};
    },
  },
  {
    name: 'refuse',
    group: 'cut',
    says: 'open and new connections are reset',
    begin: (proxies) => {
      for (const proxy of proxies) proxy.refuse(true);
      for (const proxy of proxies) proxy.cut();
      return () => proxies.forEach((proxy) => proxy.refuse(false));
    },
  },
  {
    name: 'drop',
    group: 'cut',
    says: 'replies (or requests, or both) vanish; then the connections are reset',
    begin: (proxies, random) => {
      const loss = pick(random, ['replies', 'replies', 'requests', 'both'] as const);
      for (const proxy of proxies) proxy.drop(loss);
      return () => proxies.forEach((proxy) => proxy.drop(null));
    },
  },
  {
    name: 'slow',
    group: 'cut',
    says: 'bytes take up to 250 ms, all alike, or each their own so that replies overtake',
    begin: (proxies, random) => {
      const ms = between(random, ...SLOW_MS);
      const drawMs = isHeads(random) ? () => ms : () => random() * ms;
      for (const proxy of proxies) proxy.delay(drawMs);
      return () => proxies.forEach((proxy) => proxy.delay(null));
    },
  },
];

const faultOf = (failure: Failure, ways: Ways): Fault => ({
  name: `${failure.name}-${ways.name}`,
  group: failure.group,
  isBrief: failure.isBrief ?? false,
  says: `${ways.says}, ${failure.says}`,
  begin: async (world, random) => {
    const links = oneOrAll(random, ways.links(world));
    const end = failure.begin(
      links.map(({ proxy }) => proxy),
      random,
    );
    return async () => void (await end());
  },
});

export const networkFaults: readonly Fault[] = FAILURES.flatMap((failure) =>
  WAYS.map((ways) => faultOf(failure, ways)),
);
