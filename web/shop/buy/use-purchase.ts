import { useEffect, useMemo, useRef } from 'preact/hooks';
import { answerOf, placeOrder } from '../../../client/index.ts';
import { usePage } from '../../kit/page/hooks.ts';
import { newKey } from '../keys.ts';
import { keptAttempts } from './attempt.ts';
import { Purchase } from './purchase.ts';

/**
 * The purchase of a sale, for as long as the view stands. It goes on by itself after a reload, a
 * sign-in, and when the network is back.
 * @param onPlaced the order stands, and its id is known
 */
export function usePurchase(sale: string, onPlaced: (order: string) => void): Purchase {
  const { connection, tabStore, time, session, network } = usePage();
  const latest = useRef(onPlaced);
  latest.current = onPlaced;
  const purchase = useMemo(() => {
    const { change } = connection;
    return new Purchase({
      kept: keptAttempts(tabStore, sale),
      newKey,
      time,
      place: ({ key, body }) => {
        const headers = { 'Idempotency-Key': key };
        return answerOf(placeOrder({ client: change, path: { sale }, headers, body }));
      },
    });
  }, [sale]);
  const { token } = session;
  const claims = session.claims.value;
  const shopper = token !== '' && claims?.role === 'shopper' ? claims.sub : null;
  useEffect(() => purchase.resume(shopper), [purchase, shopper]);
  useEffect(() => () => purchase.close(), [purchase]);
  const isOnline = network.state.value === 'online';
  const returns = network.returns.value;
  useEffect(() => {
    if (isOnline) purchase.hurry();
  }, [purchase, isOnline, returns]);
  const buying = purchase.now.value;
  const placed = buying.state === 'placed' ? buying.order : null;
  useEffect(() => {
    if (placed !== null) latest.current(placed);
  }, [placed]);
  return purchase;
}
