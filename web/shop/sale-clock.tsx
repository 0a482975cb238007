import type { GetSaleResponse } from '../../client/index.ts';
import { usePage, useWords } from '../kit/page/hooks.ts';
import { SaleStateWord } from '../kit/parts/show/badge.tsx';
import { Countdown } from '../kit/parts/show/countdown.tsx';
import { Time } from '../kit/parts/show/time.tsx';
import { msOf } from '../kit/time/timestamps.ts';
import { shopWords } from './words.ts';

const DAY_MS = 86_400_000;
/** A sale that closes later shows the day instead of a clock. */
const FAR_MS = 30 * DAY_MS;

/** When the sale opens or closes, and whether it is open. */
export function SaleClock({ sale }: { readonly sale: GetSaleResponse }) {
  const words = useWords(shopWords);
  const { seconds } = usePage();
  const [opensMs, closesMs] = [msOf(sale.opensAt), msOf(sale.closesAt)];
  const nowMs = seconds.now.value;
  const isOver = sale.state === 'closed' || nowMs >= closesMs;
  const isBefore = nowMs < opensMs;
  const untilMs = isBefore ? opensMs : closesMs;
  return (
    <div class="sale-head">
      <p>
        <SaleStateWord state={isOver ? 'closed' : sale.state} />
      </p>
      {isOver && <p>{words.closed}</p>}
      {!isOver && sale.state === 'paused' && <p>{words.paused}</p>}
      {!isOver && (
        <p class="row">
          <span class="muted">{isBefore ? words.opensIn : words.closesIn}</span>
          {untilMs - nowMs > FAR_MS ? <Time ms={untilMs} /> : <Countdown untilMs={untilMs} />}
        </p>
      )}
    </div>
  );
}
