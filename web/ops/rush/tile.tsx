import type { ComponentChildren } from 'preact';
import type { Load, Loaded } from '../../kit/api/load.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { problemText } from '../../kit/parts/tell/problem-text.ts';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { kitWords } from '../../kit/words/kit-words.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';
import { useWall } from './wall.ts';

export type TileName = keyof OpsWords['tile'];

interface TileProps<Data> {
  /** Also its place in the layout. */
  readonly name: TileName;
  /** The story behind it. */
  readonly href: string;
  readonly load: Load<Data>;
  /** `bad` makes all else step back on a wall; default: `good`. */
  readonly toneOf?: (data: Data) => Tone;
  /** Lines of the skeleton. */
  readonly lines?: number;
  readonly children: (data: Data) => ComponentChildren;
}

/** How old the figures are, once a read has failed. */
function Age({ atMs }: { readonly atMs: number }) {
  const { time, seconds } = usePage();
  const words = useWords(kitWords);
  const formats = useFormats();
  const nowMs = seconds.now.value;
  const age = formats.relative(nowMs - (time.monotonic() - atMs), nowMs);
  return <p class="watch-age small">{words.asOf(age)}</p>;
}

interface BodyProps<Data> {
  readonly now: Loaded<Data>;
  readonly lines: number;
  /** Null: there is nothing to press. */
  readonly onAgain: (() => void) | null;
  readonly children: (data: Data) => ComponentChildren;
}

function Body<Data>({ now, lines, onAgain, children }: BodyProps<Data>) {
  const words = useWords(kitWords);
  if (now.state === 'loading') return <Skeleton lines={lines} />;
  if (now.state === 'failed') {
    return (
      <div role="alert" class="small">
        <p>{problemText(now.problem, words)}</p>
        {onAgain && <Button onPress={onAgain}>{words.tryAgain}</Button>}
      </div>
    );
  }
  return <>{children(now.data)}</>;
}

/** One thing to watch. Its heading leads to its story, and so does a press anywhere on it. */
export function Tile<Data>(props: TileProps<Data>) {
  const { name, href, load, toneOf, lines = 2, children } = props;
  const words = useWords(opsWords);
  const isWall = useWall().value;
  const now = load.now.value;
  const isAged = now.state === 'stale' || now.state === 'offline';
  const tone = 'data' in now && toneOf ? toneOf(now.data) : 'good';
  const classes = ['watch', `watch-${name}`, `watch-is-${tone}`, isAged ? 'aged' : ''];
  const title = words.tile[name];
  return (
    <section class={classes.join(' ').trim()} aria-busy={now.state === 'loading'}>
      <div class="watch-head">
        <h2>{isWall ? title : <a href={href}>{title}</a>}</h2>
        {isAged && <Age atMs={now.atMs} />}
      </div>
      <div class="watch-body">
        <Body now={now} lines={lines} onAgain={isWall ? null : load.again}>
          {children}
        </Body>
      </div>
    </section>
  );
}
