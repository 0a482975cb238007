import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import type { CellConnections } from '../../cell/connections.ts';
import type { SellingActivity } from '../../cell/selling/selling-activity.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import type { Pool } from 'pg';
import type { Time } from '../../platform/time.ts';
import type { OwnFigures } from '../../service/processes/figures-teller.ts';
import { Presence } from '../../service/processes/presence.ts';
import type { Observer } from './observer.ts';

/** What a process is to the others. A command has no role: it is not registered. */
export type ServiceRole = 'api' | 'worker';

export interface PresenceParts {
  readonly pool: Pool;
  readonly connections: CellConnections;
  readonly directory: Directory;
  readonly acknowledged: AcknowledgedEntries;
  readonly activity: SellingActivity;
  readonly protocol: number;
  readonly time: Time;
  readonly observer: Observer;
  /** Makes what reads how this process does, for each role of it. */
  readonly figures?: MakeFigures | undefined;
}

export type MakeFigures = () => () => Promise<OwnFigures | null>;

const ID_BYTES = 12;

/** What people call this process. */
export const processName = (role: ServiceRole): string => `${role} ${hostname()}:${process.pid}`;

/** Registers this process with the others. */
export async function wirePresence(role: ServiceRole, parts: PresenceParts): Promise<Presence> {
  const { observer, protocol, figures: make, ...deps } = parts;
  const presence = new Presence({
    ...deps,
    self: {
      id: randomBytes(ID_BYTES).toString('base64url'),
      name: processName(role),
      protocol,
      acknowledges: role === 'api',
    },
    // One of the roles is enough.
    figures: make ? { read: make(), asksServer: role === 'worker' } : null,
    onError: observer.onError,
    onChurn: observer.onChurn,
  });
  await presence.start();
  return presence;
}

/** What a recovery asks of this process; nothing when it is not registered. */
export const presenceForRecovery = (presence: Presence | null) => ({
  handOver: presence?.handOver.bind(presence),
  beatingForMs: presence?.beatingForMs.bind(presence),
  mayTake: presence?.mayTake.bind(presence),
});
