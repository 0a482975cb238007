import { computed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { usePage, useWords } from '../../page/hooks.ts';
import type { Load } from '../../api/load.ts';
import type { EventStream } from '../../api/stream.ts';
import { kitWords } from '../../words/kit-words.ts';
import { ErrorState } from './error-state.tsx';
import { agedSince } from './lateness.ts';

interface LoadedViewProps<Data> {
  readonly load: Load<Data>;
  /** Brings news of what is shown; null: nothing does. */
  readonly stream?: EventStream | null;
  /** The layout of the view without its content. */
  readonly skeleton: ComponentChildren;
  readonly children: (data: Data) => ComponentChildren;
}

/** Looks each second while a stream brings news, and only draws when it changes. */
function useAged<Data>(load: Load<Data>, stream: EventStream | null) {
  const { time, seconds } = usePage();
  return useMemo(
    () =>
      computed(() => {
        const now = load.now.value;
        if (stream) void seconds.now.value;
        return 'data' in now ? agedSince(now, stream, time.monotonic()) : null;
      }),
    [load, stream],
  );
}

/** Has the page tell the age of what may no longer be true. @param atMs null: it is true */
function useAge(atMs: number | null): void {
  const { ages } = usePage();
  useEffect(() => (atMs === null ? undefined : ages.add(atMs)), [atMs]);
}

/** Shows what was read, what stands for it, or why it could not be read. */
export function LoadedView<Data>(props: LoadedViewProps<Data>) {
  const { load, stream = null, skeleton, children } = props;
  const words = useWords(kitWords);
  const agedMs = useAged(load, stream).value;
  const now = load.now.value;
  useAge(agedMs);
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
  return <div class={agedMs === null ? '' : 'aged'}>{children(now.data)}</div>;
}
