import { useFormats, usePage, useWords } from '../../page/hooks.ts';
import { timeLeft } from '../../time/time-left.ts';
import type { TimeLeft } from '../../time/time-left.ts';
import { kitWords } from '../../words/kit-words.ts';

const UNITS = ['days', 'hours', 'minutes', 'seconds'] as const;
type Unit = (typeof UNITS)[number];

const two = (value: number): string => String(value).padStart(2, '0');

/** Coarse, so that it is read aloud once a minute at most. */
function spokenLeft(left: TimeLeft, words: (typeof kitWords)['en']): string {
  const { days, hours, minutes, isOver } = left;
  if (isOver) return words.leftToGo.over;
  if (days > 0) return words.leftToGo.days(days);
  if (hours > 0) return words.leftToGo.hours(hours);
  return minutes > 0 ? words.leftToGo.minutes(minutes) : words.leftToGo.soon;
}

/** Counts down to a time by the server's clock. */
export function Countdown({ untilMs }: { readonly untilMs: number }) {
  const { seconds } = usePage();
  const words = useWords(kitWords);
  const formats = useFormats();
  const left = timeLeft(untilMs, seconds.now.value);
  const names: Readonly<Record<Unit, string>> = {
    days: words.units.day(left.days),
    hours: words.units.hour(left.hours),
    minutes: words.units.minute(left.minutes),
    seconds: words.units.second(left.seconds),
  };
  const shown = UNITS.filter((unit) => unit !== 'days' || left.days > 0);
  return (
    <span class="countdown-frame">
      <span class="countdown" aria-hidden="true">
        {shown.map((unit) => (
          <span class="countdown-part" key={unit}>
            {unit === 'days' ? formats.count(left.days) : two(left[unit])}
            <small>{names[unit]}</small>
          </span>
        ))}
      </span>
      <span class="unseen" role="timer" aria-live="polite" aria-atomic="true">
        {spokenLeft(left, words)}
      </span>
    </span>
  );
}
