import { useMemo, useRef } from 'preact/hooks';
import { answerOf, claim } from '../../../client/index.ts';
import { usePage } from '../../kit/page/hooks.ts';
import { newKey } from '../keys.ts';
import { CouponGrabs, keptKeys } from './claims.ts';

/** @param onGrabbed the wallet has changed */
export function useGrabs(sale: string, onGrabbed: () => void): CouponGrabs {
  const { connection, tabStore } = usePage();
  const latest = useRef(onGrabbed);
  latest.current = onGrabbed;
  return useMemo(() => {
    const { change } = connection;
    return new CouponGrabs({
      keys: keptKeys(tabStore, sale),
      newKey,
      onGrabbed: () => latest.current(),
      claim: (promotion, key) => {
        const headers = { 'Idempotency-Key': key };
        return answerOf(claim({ client: change, path: { sale, promotion }, headers }));
      },
    });
  }, [sale]);
}
