import type { Process, Processes, RedisLoad } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { useDesk } from '../desk/desk.ts';
import { loopTone, processTone, redisTone } from '../desk/verdicts.ts';
import { useMeasures } from '../show/measures.ts';
import { useRedisFigures } from '../show/redis-figures.ts';
import { opsWords } from '../words.ts';
import { Figure } from './figure.tsx';
import { MoreRows, Rows, fitting } from './rows.tsx';
import { Tile } from './tile.tsx';

const STORY = '/ops/processes';

/** Every worker reads the same server. */
const redisOf = ({ items }: Processes): RedisLoad | null =>
  items.flatMap(({ figures }) => figures?.redis ?? [])[0] ?? null;

export function RedisTile() {
  const { processes } = useDesk();
  const write = useRedisFigures();
  const { figures } = useWords(opsWords);
  return (
    <Tile
      name="redis"
      href={STORY}
      load={processes}
      toneOf={(data) => {
        const redis = redisOf(data);
        return redis ? redisTone(redis) : 'good';
      }}
    >
      {(data) => {
        const redis = redisOf(data);
        if (!redis) return <Figure value={null}>{figures.noRedis}</Figure>;
        return (
          <Figure value={write.cpu(redis)}>
            {write.memory(redis)} · {write.commands(redis)}
          </Figure>
        );
      }}
    </Tile>
  );
}

/** The process whose event loop is the latest; null: none tells. */
function slowest({ items }: Processes): Process | null {
  const delay = ({ figures }: Process) => figures?.loopDelayMs ?? -1;
  const [first = null] = items.toSorted((one, other) => delay(other) - delay(one));
  return first?.figures ? first : null;
}

export function LoopTile() {
  const { processes } = useDesk();
  const measures = useMeasures();
  const { figures } = useWords(opsWords);
  return (
    <Tile
      name="loop"
      href={STORY}
      load={processes}
      toneOf={(data) => loopTone(slowest(data)?.figures?.loopDelayMs ?? 0)}
    >
      {(data) => {
        const worst = slowest(data);
        if (!worst?.figures) return <Figure value={null}>{figures.none}</Figure>;
        return <Figure value={measures.ms(worst.figures.loopDelayMs)}>{worst.name}</Figure>;
      }}
    </Tile>
  );
}

const MAX_ROWS = 6;
const BY_URGENCY = { bad: 0, warn: 1, quiet: 2, good: 3 } as const;

function ProcessRow({ process }: { readonly process: Process }) {
  const { figures: words } = useWords(opsWords);
  const measures = useMeasures();
  const formats = useFormats();
  const { name, figures } = process;
  return (
    <>
      <span class="grow">
        <Badge tone={processTone(process)}>{name}</Badge>
      </span>
      <span>
        {figures
          ? `${measures.ms(figures.loopDelayMs)} · ${formats.percent(figures.cpuShare)}`
          : words.silent}
      </span>
    </>
  );
}

export function ProcessesTile() {
  const { processes } = useDesk();
  const { processes: words } = useWords(opsWords);
  return (
    <Tile name="processes" href={STORY} load={processes} lines={MAX_ROWS}>
      {({ items }) => {
        if (items.length === 0) return <p class="small muted">{words.none}</p>;
        const urgency = (one: Process) => BY_URGENCY[processTone(one)];
        const sorted = items.toSorted((one, other) => urgency(one) - urgency(other));
        const shown = fitting(sorted, MAX_ROWS);
        return (
          <>
            <Rows items={shown} keyOf={({ id }) => id}>
              {(process) => <ProcessRow process={process} />}
            </Rows>
            <MoreRows count={items.length - shown.length} />
          </>
        );
      }}
    </Tile>
  );
}
