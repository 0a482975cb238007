import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../../kit/page/hooks.ts';

/** Long enough that nobody's next key comes later. */
const PAUSE_MS = 250;

/**
 * Calls once the visitor has not typed for a moment.
 * @param typed when it changes, the moment begins anew; null: there is nothing to call for
 */
export function useLater(typed: string | null, call: (signal: AbortSignal) => void): void {
  const { time } = usePage();
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (typed === null) return undefined;
    const abort = new AbortController();
    const cancel = time.after(PAUSE_MS, () => latest.current(abort.signal));
    return () => {
      cancel();
      abort.abort();
    };
  }, [typed, time]);
}
