import { answerOf, getDeadLetter } from '../../../client/index.ts';
import type { DeadLetterDetails } from '../../../client/index.ts';
import { useLoad, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Time } from '../../kit/parts/show/time.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { opsWords } from '../words.ts';
import { LetterActs } from './letter-acts.tsx';
import { LetterContent } from './letter-content.tsx';
import { LETTER_TONES } from './letter-tones.ts';

const EVERY_MS = 10_000;
const LINES = 10;

function Facts({ letter }: { readonly letter: DeadLetterDetails }) {
  const { letters: words } = useWords(opsWords);
  const { kind, state, sale, cell, entry, order, reason, sqlstate } = letter;
  return (
    <dl class="facts">
      <dt>{words.kind}</dt>
      <dd>
        {words.kinds[kind]} <Badge tone={LETTER_TONES[state]}>{words.was[state]}</Badge>
      </dd>
      <dt>{words.why}</dt>
      <dd>
        {reason} {sqlstate !== null && <span class="muted">(SQLSTATE {sqlstate})</span>}
      </dd>
      <dt>{words.sale}</dt>
      <dd>{`${sale} · ${cell}`}</dd>
      <dt>{words.entry}</dt>
      <dd>{entry}</dd>
      {order !== null && (
        <>
          <dt>{words.order}</dt>
          <dd>{order}</dd>
        </>
      )}
      <dt>{words.since}</dt>
      <dd>
        <Time ms={msOf(letter.createdAt)} />
      </dd>
      {letter.resolvedAt !== null && (
        <>
          <dt>{words.decided}</dt>
          <dd>
            <Time ms={msOf(letter.resolvedAt)} />
          </dd>
        </>
      )}
    </dl>
  );
}

/** One dead letter, with what is in it and what can be done. */
export function LetterStory({ letter }: { readonly letter: string }) {
  const { letters: words } = useWords(opsWords);
  const load = useLoad(
    ({ connection: { read } }, signal) =>
      answerOf(getDeadLetter({ client: read, path: { letter }, signal })),
    [letter],
    { everyMs: EVERY_MS },
  );
  return (
    <section class="stack" aria-labelledby="letter">
      <p>
        <a href="/ops/dead-letters">← {words.back}</a>
      </p>
      <h2 id="letter">{words.one(letter)}</h2>
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {(shown) => (
          <div class="stack">
            <Facts letter={shown} />
            {shown.content && <LetterContent sale={shown.sale} content={shown.content} />}
            {shown.state === 'buried' && <LetterActs letter={shown} load={load} />}
          </div>
        )}
      </LoadedView>
    </section>
  );
}
