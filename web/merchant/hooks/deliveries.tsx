import { useEffect } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import {
  answerOf,
  listDeliveries,
  replayDeliveries,
  replayDelivery,
} from '../../../client/index.ts';
import type { Delivery, ListDeliveriesData } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { usePages } from '../../kit/page/pages.ts';
import type { Shown } from '../../kit/page/pages.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { Badge } from '../../kit/parts/show/badge.tsx';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { Relative } from '../../kit/parts/show/time.tsx';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { LoadedView } from '../../kit/parts/tell/loaded-view.tsx';
import { Skeleton } from '../../kit/parts/tell/skeleton.tsx';
import { msOf } from '../../kit/time/timestamps.ts';
import { useDesk } from '../desk/desk-context.ts';
import { Part } from '../desk/part.tsx';
import { SaveFailed } from '../saving/save-failed.tsx';
import { useActing } from '../saving/use-saving.ts';
import { SelectField } from '../typed/select-field.tsx';
import { DELIVERY_STATES, EVENT_KINDS, isDeliveryState, isEventKind } from './hook-kinds.ts';
import { hooksWords } from './words.ts';

interface DeliveriesProps {
  readonly hook: string;
  /** Rises when an event was sent, so that the list is read again. */
  readonly sent: ReadonlySignal<number>;
}

const EVERY_MS = 3_000;
const LINES = 6;

const TONES: Readonly<Record<Delivery['state'], Tone>> = { due: 'warn', done: 'good', dead: 'bad' };

type Query = NonNullable<ListDeliveriesData['query']>;

/** What the list asks for; state and kind stand in the address. */
function useQuery(): Query {
  const { router } = usePage();
  const [state, kind] = [router.query('state').value, router.query('kind').value];
  return {
    order: 'newest',
    state: isDeliveryState(state) ? state : 'all',
    ...(isEventKind(kind) ? { kind } : {}),
  };
}

function Filters({ query }: { readonly query: Query }) {
  const { deliveries: words } = useWords(hooksWords);
  const { router } = usePage();
  return (
    <div class="filters">
      <SelectField
        label={words.state}
        value={query.state ?? 'all'}
        options={DELIVERY_STATES.map((value) => ({ value, text: words.states[value] }))}
        onChoose={(state) => router.setQuery({ state: state === 'all' ? '' : state })}
      />
      <SelectField
        label={words.kind}
        value={query.kind ?? ''}
        options={[
          { value: '', text: words.anyKind },
          ...EVENT_KINDS.map((value) => ({ value, text: value })),
        ]}
        onChoose={(kind) => router.setQuery({ kind })}
      />
    </div>
  );
}

interface RowProps {
  readonly hook: string;
  readonly delivery: Delivery;
  readonly onReplayed: () => void;
}

const INDENT = 2;

function DeliveryRow({ hook, delivery, onReplayed }: RowProps) {
  const { deliveries: words } = useWords(hooksWords);
  const { connection, announcer } = usePage();
  const { sale } = useDesk();
  const acting = useActing();
  const acted = acting.now.value;
  const { id, kind, state, tries, error, createdAt, body } = delivery;
  const replay = () =>
    acting.run(async () => {
      const path = { sale: sale.id, webhook: hook, delivery: id };
      await answerOf(replayDelivery({ client: connection.change, path }));
      announcer.tell(words.replayed(kind));
      onReplayed();
    });
  return (
    <article class="offer-row" aria-label={`${kind} ${id}`}>
      <div class="row">
        <h4>{kind}</h4>
        <Badge tone={TONES[state]}>{words.states[state]}</Badge>
        <span class="muted small">
          <Relative ms={msOf(createdAt)} /> · {words.tries(tries)}
        </span>
        {state !== 'due' && (
          <Button
            isOff={acted.kind === 'busy'}
            label={words.replayOf(kind)}
            onPress={() => void replay()}
          >
            {words.replay}
          </Button>
        )}
      </div>
      {error !== null && (
        <p class="small">
          {words.error}: <code>{error}</code>
        </p>
      )}
      <details>
        <summary class="small">{words.body}</summary>
        <pre class="small" tabIndex={0}>
          {JSON.stringify(body, null, INDENT)}
        </pre>
      </details>
      {acted.kind === 'failed' && <SaveFailed problem={acted.problem} />}
    </article>
  );
}

interface ListProps extends Pick<RowProps, 'hook' | 'onReplayed'> {
  readonly shown: Shown<Delivery>;
  readonly onMore: () => void;
}

function DeliveryList({ hook, shown, onMore, onReplayed }: ListProps) {
  const { deliveries: words } = useWords(hooksWords);
  const { items, next, isFull } = shown;
  return (
    <>
      <div class="rows">
        {items.map((delivery) => (
          <DeliveryRow key={delivery.id} hook={hook} delivery={delivery} onReplayed={onReplayed} />
        ))}
      </div>
      {isFull && <p class="muted">{words.cut(items.length)}</p>}
      {next !== null && !isFull && <Button onPress={onMore}>{words.more}</Button>}
    </>
  );
}

function ReplayDead({ hook, onReplayed }: Pick<RowProps, 'hook' | 'onReplayed'>) {
  const { deliveries: words } = useWords(hooksWords);
  const { connection, announcer } = usePage();
  const { sale } = useDesk();
  const acting = useActing();
  const state = acting.now.value;
  const replay = () =>
    acting.run(async () => {
      const call = replayDeliveries({
        client: connection.change,
        path: { sale: sale.id, webhook: hook },
        body: {},
      });
      const { replayed } = await answerOf(call);
      announcer.tell(words.replayedDead(replayed));
      onReplayed();
    });
  return (
    <div class="stack">
      <div>
        <Button isOff={state.kind === 'busy'} onPress={() => void replay()}>
          {words.replayDead}
        </Button>
      </div>
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
    </div>
  );
}

/** What was sent to an endpoint, the newest first. */
export function Deliveries({ hook, sent }: DeliveriesProps) {
  const { deliveries: words } = useWords(hooksWords);
  const { sale } = useDesk();
  const query = useQuery();
  const path = { sale: sale.id, webhook: hook };
  const { load, more } = usePages(
    ({ connection: { read } }, part, signal) =>
      answerOf(listDeliveries({ client: read, path, query: { ...query, ...part }, signal })),
    [sale.id, hook, query.state, query.kind],
    EVERY_MS,
  );
  useEffect(() => {
    if (sent.value > 0) load.again();
  }, [sent.value]);
  return (
    <Part id="deliveries" level={3} title={words.title}>
      <Filters query={query} />
      <LoadedView load={load} skeleton={<Skeleton lines={LINES} />}>
        {(shown) =>
          shown.items.length === 0 ? (
            <EmptyState title={words.none} body={words.noneBody} />
          ) : (
            <>
              <DeliveryList hook={hook} shown={shown} onMore={more} onReplayed={load.again} />
              <ReplayDead hook={hook} onReplayed={load.again} />
            </>
          )
        }
      </LoadedView>
    </Part>
  );
}
