import { useFormats, usePage } from '../../page/hooks.ts';
import { timestampOf } from '../../time/timestamps.ts';

interface TimeProps {
  /** Since 1970. */
  readonly ms: number;
}

/** Day and clock in the visitor's place. */
export function Time({ ms }: TimeProps) {
  const { clock } = usePage();
  return <time datetime={timestampOf(ms)}>{useFormats().dayTime(ms, clock.now())}</time>;
}

/** How long ago, or how soon, by the server's clock; it stays true while the page is open. */
export function Relative({ ms }: TimeProps) {
  const { seconds } = usePage();
  const formats = useFormats();
  const text = formats.relative(ms, seconds.now.value);
  return (
    <time datetime={timestampOf(ms)} title={formats.dayTime(ms, seconds.now.value)}>
      {text}
    </time>
  );
}
