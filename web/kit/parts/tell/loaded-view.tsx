import type { ComponentChildren } from 'preact';
import { useWords } from '../../page/hooks.ts';
import type { Load } from '../../api/load.ts';
import { kitWords } from '../../words/kit-words.ts';
import { AgeBanner } from './banners.tsx';
import { ErrorState } from './error-state.tsx';

interface LoadedViewProps<Data> {
  readonly load: Load<Data>;
  /** The layout of the view without its content. */
  readonly skeleton: ComponentChildren;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows what was read, what stands for it, or why it could not be read. */
export function LoadedView<Data>({ load, skeleton, children }: LoadedViewProps<Data>) {
  const words = useWords(kitWords);
  const now = load.now.value;
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
  const isAged = now.state !== 'ready';
  return (
    <>
      {isAged && <AgeBanner atMs={now.atMs} />}
      <div class={isAged ? 'aged' : ''}>{children(now.data)}</div>
    </>
  );
}
