import type { SaleGlancePage } from '../../../client/index.ts';
import { useFormats, usePage, useWords } from '../../kit/page/hooks.ts';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { useDesk } from '../desk/desk.ts';
import { promisesOf } from '../desk/verdicts.ts';
import type { PromisesVerdict } from '../desk/verdicts.ts';
import { opsWords } from '../words.ts';
import { Tile } from './tile.tsx';

const TONES: Readonly<Record<PromisesVerdict['word'], Tone>> = {
  broken: 'bad',
  late: 'warn',
  unaudited: 'quiet',
  partial: 'warn',
  kept: 'good',
  idle: 'quiet',
};
const SHAPES: Readonly<Record<Tone, string>> = { good: '✓', warn: '▲', bad: '■', quiet: '○' };

const storyOf = ({ sales }: PromisesVerdict): string =>
  sales.length === 1 ? `/ops/sales/${sales[0]!.sale}` : '/ops/sales';

function Verdict({
  verdict,
  sales,
}: {
  readonly verdict: PromisesVerdict;
  readonly sales: number;
}) {
  const { promises } = useWords(opsWords);
  const formats = useFormats();
  const { seconds } = usePage();
  const { word, broken, oldestMs } = verdict;
  const names = verdict.sales.map(({ name }) => name).join(', ');
  return (
    <div class="promises">
      <p class="promises-figure">
        {formats.count(broken)} <span aria-hidden="true">{SHAPES[TONES[word]]}</span>
      </p>
      <div class="promises-words">
        <p>
          <strong>{promises[word]}</strong>
        </p>
        <p class="small">
          {broken > 0 && `${promises.inSales(names)} · `}
          {oldestMs !== null &&
            promises.audited(sales, formats.relative(oldestMs, seconds.now.value))}
        </p>
      </div>
    </div>
  );
}

/** Whether the service keeps its word: the largest thing on the screen. */
export function PromisesTile() {
  const { sales } = useDesk();
  const { clock } = usePage();
  const now = sales.now.value;
  const judge = (data: SaleGlancePage) => promisesOf(data, clock.now());
  const href = 'data' in now ? storyOf(judge(now.data)) : '/ops/sales';
  return (
    <Tile name="promises" href={href} load={sales} toneOf={(data) => TONES[judge(data).word]}>
      {(data) => <Verdict verdict={judge(data)} sales={data.items.length} />}
    </Tile>
  );
}
