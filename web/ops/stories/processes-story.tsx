import type { Process, ProcessFigures, Processes } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { Badge } from '../../kit/parts/show/badge.tsx';
import { Table } from '../../kit/parts/show/table.tsx';
import type { Column } from '../../kit/parts/show/table.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk.ts';
import { OUTCOMES } from '../desk/history.ts';
import { processTone } from '../desk/verdicts.ts';
import { useMeasures } from '../show/measures.ts';
import type { Measures } from '../show/measures.ts';
import { useRedisFigures } from '../show/redis-figures.ts';
import { opsWords } from '../words.ts';
import type { OpsWords } from '../words.ts';

const LINES = 8;

function Rates({ figures }: { readonly figures: ProcessFigures }) {
  const { outcomes, processes } = useWords(opsWords);
  const measures = useMeasures();
  const { asked, worked } = figures;
  const answered = OUTCOMES.filter((outcome) => (asked?.perSecond[outcome] ?? 0) > 0);
  return (
    <ul class="fields small">
      {asked && answered.length === 0 && <li>{measures.rate(0)}</li>}
      {asked &&
        answered.map((outcome) => (
          <li key={outcome}>
            {outcomes[outcome]} {measures.rate(asked.perSecond[outcome])}
          </li>
        ))}
      {worked && (
        <li>
          {processes.settled} {measures.rate(worked.settledPerSecond)}
        </li>
      )}
    </ul>
  );
}

function columnsIn(
  words: OpsWords,
  measures: Measures,
  percent: (share: number) => string,
): Column<Process>[] {
  const { processes, figures: said } = words;
  const number = (
    key: string,
    title: string,
    write: (figures: ProcessFigures) => string,
  ): Column<Process> => ({
    key,
    title,
    isNumber: true,
    cell: ({ figures }) => (figures ? write(figures) : said.silent),
  });
  const timeOf = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? '–' : measures.ms(ms);
  return [
    {
      key: 'name',
      title: processes.name,
      cell: (process) => <Badge tone={processTone(process)}>{process.name}</Badge>,
    },
    { key: 'release', title: processes.release, cell: ({ release }) => release ?? words.unknown },
    { key: 'since', title: processes.since, cell: ({ since }) => <Relative ms={msOf(since)} /> },
    {
      key: 'rates',
      title: processes.rates,
      cell: ({ figures }) => (figures ? <Rates figures={figures} /> : said.silent),
    },
    number('latency', processes.latency, ({ asked }) =>
      asked?.orderP50Ms ? `${timeOf(asked.orderP50Ms)} · ${timeOf(asked.orderP99Ms)}` : '–',
    ),
    number('loop', processes.loop, ({ loopDelayMs }) => measures.ms(loopDelayMs)),
    number('cpu', processes.cpu, ({ cpuShare }) => percent(cpuShare)),
    number('memory', processes.memory, ({ rssBytes }) => measures.bytes(rssBytes)),
  ];
}

/** The load of Redis, as each worker reads it. */
function RedisLoads({ items }: Processes) {
  const { processes } = useWords(opsWords);
  const write = useRedisFigures();
  const loads = items.flatMap(({ name, figures: own }) =>
    own?.redis ? [{ name, redis: own.redis }] : [],
  );
  return (
    <ul class="stack">
      {loads.map(({ name, redis }) => (
        <li key={name}>
          <h3>{processes.redis(name)}</h3>
          <p>
            {processes.cpu} {write.cpu(redis)} · {write.memory(redis)} · {write.commands(redis)}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** Every live process with its figures, and the load of Redis. */
export function ProcessesStory() {
  const words = useWords(opsWords);
  const measures = useMeasures();
  const formats = useFormats();
  const { processes } = useDesk();
  return (
    <section class="stack" aria-labelledby="processes">
      <h2 id="processes">{words.tabs.processes}</h2>
      <LoadedView load={processes} skeleton={<Skeleton lines={LINES} />}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyState title={words.processes.none} body={words.processes.noneBody} />
          ) : (
            <div class="stack">
              <Table
                caption={words.tabs.processes}
                columns={columnsIn(words, measures, formats.percent)}
                rows={data.items}
                keyOf={({ id }) => id}
              />
              <RedisLoads {...data} />
            </div>
          )
        }
      </LoadedView>
    </section>
  );
}
