import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { GetSaleResponse } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Badge, SaleStateWord } from '../../kit/parts/show/badge.tsx';
import { Countdown } from '../../kit/parts/show/countdown.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { shopWords } from '../words.ts';

const DAY_MS = 86_400_000;
/** A sale that closes later shows the day instead of a clock. */
const FAR_MS = 30 * DAY_MS;

interface SaleClockProps {
  readonly sale: GetSaleResponse;
  /** Beside the state, e.g. the way to the coupons. */
  readonly children?: ComponentChildren;
}

/** Which members may come earlier, until the sale opens for all. */
function EarlyAccess({ sale }: { readonly sale: GetSaleResponse }) {
  const words = useWords(shopWords);
  const formats = useFormats();
  const nowMs = usePage().seconds.now.value;
  return (
    <ul class="small muted">
      {sale.access.map(({ members, from }) => (
        <li key={from}>{words.early(members.join(' · '), formats.shortTime(msOf(from), nowMs))}</li>
      ))}
    </ul>
  );
}

/** An open sale sells from its opening on. */
function StateWord({
  state,
  isBefore,
}: Pick<GetSaleResponse, 'state'> & { readonly isBefore: boolean }) {
  const words = useWords(shopWords);
  if (state === 'open' && isBefore) return <Badge tone="quiet">{words.soon}</Badge>;
  return <SaleStateWord state={state} />;
}

interface UntilProps {
  readonly untilMs: number;
  readonly isBefore: boolean;
}

/** A clock that runs down, or the day when it is far away. */
function Until({ untilMs, isBefore }: UntilProps) {
  const words = useWords(shopWords);
  const isFar = untilMs - usePage().seconds.now.value > FAR_MS;
  const [inTime, atTime] = isBefore
    ? [words.opensIn, words.opensAt]
    : [words.closesIn, words.closesAt];
  return (
    <p class="row">
      <span class="muted">{isFar ? atTime : inTime}</span>
      {isFar ? <Time ms={untilMs} /> : <Countdown untilMs={untilMs} />}
    </p>
  );
}

/** Says that the sale has opened, to those who hear the page. */
function useOpening(isBefore: boolean): void {
  const { announcer } = usePage();
  const words = useWords(shopWords);
  const wasBefore = useRef(isBefore);
  useEffect(() => {
    if (wasBefore.current && !isBefore) announcer.say(words.nowOpen);
    wasBefore.current = isBefore;
  }, [isBefore]);
}

/** When the sale opens or closes, and whether it is open. */
export function SaleClock({ sale, children }: SaleClockProps) {
  const words = useWords(shopWords);
  const { seconds } = usePage();
  const [opensMs, closesMs] = [msOf(sale.opensAt), msOf(sale.closesAt)];
  const nowMs = seconds.now.value;
  const isOver = sale.state === 'closed' || nowMs >= closesMs;
  const isBefore = nowMs < opensMs;
  useOpening(isBefore);
  return (
    <div class="sale-head">
      <div class="sale-top">
        <StateWord state={isOver ? 'closed' : sale.state} isBefore={isBefore} />
        {children}
      </div>
      {isOver && <p>{words.closed}</p>}
      {!isOver && sale.state === 'paused' && <p>{words.paused}</p>}
      {!isOver && <Until untilMs={isBefore ? opensMs : closesMs} isBefore={isBefore} />}
      {isBefore && <EarlyAccess sale={sale} />}
    </div>
  );
}
