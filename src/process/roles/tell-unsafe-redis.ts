import { checkDurability } from '../../cell/cells/check-durability.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Core } from '../wiring/wire-core.ts';
import type { Running } from './running.ts';

const REMEDY =
  'Start Redis with appendonly yes, appendfsync always and maxmemory-policy noeviction';

/** Says at the start, in one line, that this Redis may lose or evict acknowledged orders. */
export async function tellUnsafeRedis(
  { connections, allowUnsafeRedis }: Pick<Core, 'connections' | 'allowUnsafeRedis'>,
  { log }: Pick<Running, 'log'>,
): Promise<void> {
  const fault = await unlessAway(checkDurability(connections));
  if (fault === null || fault === 'away') return;
  const effect = allowUnsafeRedis
    ? 'ALLOW_UNSAFE_REDIS lets sales open all the same'
    : 'No sale can be opened';
  log.warn(`${fault}. ${effect}. ${REMEDY}`);
}
