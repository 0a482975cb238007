import { useEffect, useMemo } from 'preact/hooks';
import { answerOf, quote } from '../../../client/index.ts';
import { usePage } from '../../kit/page/hooks.ts';
import { quoteBodyOf } from './cart.ts';
import type { CartContent, Holdings } from './cart.ts';
import { startQuoting } from './quoting.ts';
import type { Quoting } from './quoting.ts';

/** Prices change with budgets, which no news tells of. */
const EVERY_MS = 30_000;

interface Asked {
  readonly sale: string;
  readonly cart: CartContent;
  readonly held: Holdings | null;
  /** The terms that the page shows: others price anew. */
  readonly rulesVersion: number;
}

/** Whether nothing can come off: then the sum of the prices is the total. */
const isPlain = ({ lines }: CartContent): boolean => lines.every((line) => line.isPlain);

/** Keeps a quote of the cart, for as long as the view stands. */
export function useQuoting({ sale, cart, held, rulesVersion }: Asked): Quoting {
  const { connection, time, network, seconds, session, language } = usePage();
  const quoting = useMemo(() => {
    const { read } = connection;
    return startQuoting(
      (body, signal) => answerOf(quote({ client: read, path: { sale }, body, signal })),
      time,
    );
  }, [sale]);
  useEffect(() => () => quoting.close(), [quoting]);
  const body = isPlain(cart) ? null : quoteBodyOf(cart, held);
  const wanted = JSON.stringify(body);
  useEffect(() => quoting.ask(body), [quoting, wanted]);
  const turn = Math.floor(seconds.now.value / EVERY_MS);
  const { token } = session;
  const isSeen = network.isSeen.value;
  const returns = network.returns.value;
  useEffect(() => {
    if (isSeen) quoting.refresh();
  }, [quoting, rulesVersion, turn, isSeen, returns, token, language.current.value]);
  return quoting;
}
