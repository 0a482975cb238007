import { usePage } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk.ts';
import { isAlarming } from '../desk/verdicts.ts';
import { AnswersTile } from './answers-tile.tsx';
import { BudgetsTile, NeedsTile } from './books-tiles.tsx';
import { CellsTile } from './cells-tile.tsx';
import { LoopTile, ProcessesTile, RedisTile } from './machine-tiles.tsx';
import { ChangesTile, SecurityTile } from './news-tiles.tsx';
import { BatchTile, LagTile, LatencyTile, PlacedTile, SettledTile } from './pace-tiles.tsx';
import { PromisesTile } from './promises-tile.tsx';

/** Everything about the rush on one screen. */
export function RushView() {
  const { sales } = useDesk();
  const { clock } = usePage();
  const now = sales.now.value;
  const isWrong = 'data' in now && isAlarming(now.data, clock.now());
  return (
    <div class={isWrong ? 'rush rush-is-wrong' : 'rush'}>
      <PromisesTile />
      <PlacedTile />
      <LatencyTile />
      <BatchTile />
      <AnswersTile />
      <LagTile />
      <SettledTile />
      <RedisTile />
      <LoopTile />
      <CellsTile />
      <BudgetsTile />
      <NeedsTile />
      <ProcessesTile />
      <ChangesTile />
      <SecurityTile />
    </div>
  );
}
