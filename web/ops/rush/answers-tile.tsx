import type { AllFigures } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { AnswersPicture } from '../chart/answers-picture.tsx';
import { FILLS } from '../chart/fills.ts';
import { useDesk } from '../desk/desk.ts';
import { OUTCOMES } from '../desk/history.ts';
import { useMeasures } from '../show/measures.ts';
import { opsWords } from '../words.ts';
import { Tile } from './tile.tsx';

/** What each colour and pattern means, with the figure of now. */
function Legend({ perSecond }: Pick<AllFigures, 'perSecond'>) {
  const { outcomes } = useWords(opsWords);
  const measures = useMeasures();
  return (
    <ul class="legend small">
      {OUTCOMES.map((outcome) => (
        <li key={outcome}>
          <span class={`swatch swatch-${FILLS[outcome].pattern} fill-${outcome}`} />
          {outcomes[outcome]} <strong>{measures.rate(perSecond[outcome])}</strong>
        </li>
      ))}
    </ul>
  );
}

/** Answers a second, stacked by outcome. */
export function AnswersTile() {
  const { processes } = useDesk();
  const { outcomes } = useWords(opsWords);
  const measures = useMeasures();
  const summary = ({ perSecond }: AllFigures): string =>
    OUTCOMES.map((one) => `${outcomes[one]} ${measures.rate(perSecond[one])}`).join(', ');
  return (
    <Tile
      name="answers"
      href="/ops/processes"
      load={processes}
      toneOf={({ together }) => (together.perSecond.faults > 0 ? 'bad' : 'good')}
    >
      {({ together }) => (
        <>
          <AnswersPicture label={summary(together)} />
          <Legend perSecond={together.perSecond} />
        </>
      )}
    </Tile>
  );
}
