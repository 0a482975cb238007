import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { usePage, useWords } from '../../page/hooks.ts';
import type { Load, Loaded } from '../../api/load.ts';
import type { EventStream } from '../../api/stream.ts';
import { kitWords } from '../../words/kit-words.ts';
import { ErrorState } from './error-state.tsx';

interface LoadedViewProps<Data> {
  readonly load: Load<Data>;
  /** Brings news of what is shown; null: nothing does. */
  readonly stream?: EventStream | null;
  /** The layout of the view without its content. */
  readonly skeleton: ComponentChildren;
  readonly children: (data: Data) => ComponentChildren;
}

/** A stream that is away for longer is told. */
const LATE_MS = 2_000;

/** Since when no news have come, by `monotonic`; null: they come, or are not late yet. */
function useLateness(stream: EventStream | null): number | null {
  const { time, seconds } = usePage();
  const downMs = stream?.downMs.value ?? null;
  if (downMs === null) return null;
  // Looks again each second while it is down.
  void seconds.now.value;
  return time.monotonic() - downMs > LATE_MS ? downMs : null;
}

/** Has the page tell the age of what may no longer be true. @param atMs null: it is true */
function useAge(atMs: number | null): void {
  const { ages } = usePage();
  useEffect(() => (atMs === null ? undefined : ages.add(atMs)), [atMs]);
}

/** When what is shown was last known to be true, by `monotonic`; null: it is true. */
function agedSince<Data>(now: Loaded<Data>, lateMs: number | null): number | null {
  if (now.state === 'stale' || now.state === 'offline') return now.atMs;
  return now.state === 'ready' ? lateMs : null;
}

/** Shows what was read, what stands for it, or why it could not be read. */
export function LoadedView<Data>(props: LoadedViewProps<Data>) {
  const { load, stream = null, skeleton, children } = props;
  const words = useWords(kitWords);
  const now = load.now.value;
  const atMs = agedSince(now, useLateness(stream));
  useAge(atMs);
  if (now.state === 'loading') {
    return (
      <div aria-busy="true">
        <span class="unseen" role="status">
          {words.loading}
        </span>
        {skeleton}
      </div>
    );
  }
  if (now.state === 'failed') return <ErrorState problem={now.problem} onAgain={load.again} />;
  return <div class={atMs === null ? '' : 'aged'}>{children(now.data)}</div>;
}
