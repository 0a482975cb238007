import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk.ts';
import { stackOf } from '../desk/history.ts';
import { useMeasures } from '../show/measures.ts';
import { opsWords } from '../words.ts';
import type { AnswersPicture as Picture, EdgeWords } from './draw-answers.ts';

/** Five minutes of answers a second. The library that draws them loads nowhere else. */
export function AnswersPicture({ label }: { readonly label: string }) {
  const { chart } = useWords(opsWords);
  const { clock, theme } = usePage();
  const { history } = useDesk();
  const formats = useFormats();
  const measures = useMeasures();
  const box = useRef<HTMLDivElement>(null);
  const picture = useSignal<Picture | null>(null);
  const isFailed = useSignal(false);
  const edges = useRef<EdgeWords>({ time: formats.time, rate: measures.rate });
  edges.current = { time: formats.time, rate: measures.rate };
  useEffect(() => {
    let isGone = false;
    import('./draw-answers.ts').then(
      ({ drawAnswers }) => {
        if (!isGone && box.current) picture.value = drawAnswers(box.current, () => edges.current);
      },
      () => (isFailed.value = true),
    );
    return () => {
      isGone = true;
      picture.peek()?.close();
    };
  }, []);
  const [moments, drawn, look] = [history.value, picture.value, theme.current.value];
  useEffect(() => {
    drawn?.draw(stackOf(moments), clock.now());
  }, [moments, drawn, look, formats]);
  return (
    <>
      <div ref={box} class="picture" role="img" aria-label={chart.label(label)} />
      {isFailed.value && <p class="small">{chart.failed}</p>}
    </>
  );
}
