import { useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk.ts';
import { lineOf } from '../desk/history.ts';
import { lagTone } from '../desk/verdicts.ts';
import { useMeasures } from '../show/measures.ts';
import { opsWords } from '../words.ts';
import { Figure } from './figure.tsx';
import { Tile } from './tile.tsx';

const STORY = '/ops/processes';

export function PlacedTile() {
  const { processes } = useDesk();
  const measures = useMeasures();
  return (
    <Tile name="placed" href={STORY} load={processes}>
      {({ together: { perSecond } }) => <Figure value={measures.rate(perSecond.placed)} />}
    </Tile>
  );
}

export function LatencyTile() {
  const { processes } = useDesk();
  const measures = useMeasures();
  const { figures } = useWords(opsWords);
  return (
    <Tile name="latency" href={STORY} load={processes}>
      {({ together: { orderP50Ms, orderP99Ms } }) => (
        <Figure value={orderP99Ms === null ? null : measures.ms(orderP99Ms)}>
          {orderP50Ms === null ? figures.noOrders : `p99 · p50 ${measures.ms(orderP50Ms)}`}
        </Figure>
      )}
    </Tile>
  );
}

export function BatchTile() {
  const { processes } = useDesk();
  const measures = useMeasures();
  const { figures } = useWords(opsWords);
  return (
    <Tile name="batch" href={STORY} load={processes}>
      {({ together: { ordersPerCall } }) => (
        <Figure value={ordersPerCall === null ? null : measures.rate(ordersPerCall)}>
          {ordersPerCall === null ? figures.noOrders : figures.perCall}
        </Figure>
      )}
    </Tile>
  );
}

export function LagTile() {
  const { processes, history } = useDesk();
  const measures = useMeasures();
  const { figures, tile } = useWords(opsWords);
  return (
    <Tile
      name="lag"
      href="/ops/calls"
      load={processes}
      toneOf={({ together }) => lagTone(together.lagSeconds)}
    >
      {({ together: { lagSeconds, lagEntries } }) => (
        <Figure
          value={lagSeconds === null ? null : measures.seconds(lagSeconds)}
          line={lineOf(history.value, (all) => all.lagSeconds)}
          label={tile.lag}
        >
          {lagEntries === null ? figures.noCells : figures.entries(lagEntries)}
        </Figure>
      )}
    </Tile>
  );
}

export function SettledTile() {
  const { processes, history } = useDesk();
  const measures = useMeasures();
  const { tile } = useWords(opsWords);
  return (
    <Tile name="settled" href={STORY} load={processes}>
      {({ together: { settledPerSecond } }) => (
        <Figure
          value={measures.rate(settledPerSecond)}
          line={lineOf(history.value, (all) => all.settledPerSecond)}
          label={tile.settled}
        />
      )}
    </Tile>
  );
}
