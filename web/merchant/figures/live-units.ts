import type { WatchFiguresData } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import type { StreamEvent } from '../../kit/api/event-parser.ts';
import type { Load } from '../../kit/api/load.ts';
import type { EventStream } from '../../kit/api/stream.ts';
import { usePage, useStream } from '../../kit/page/hooks.ts';
import type { Figures } from './all-figures.ts';

/** The units on sale by offer, as an event of the stream tells them. */
export function unitsIn({ name, data }: StreamEvent): ReadonlyMap<string, number> {
  if (name !== 'figures') return new Map();
  const { offers } = fieldsOf(JSON.parse(data));
  const rows = Array.isArray(offers) ? offers.map(fieldsOf) : [];
  const told = rows.flatMap(({ id, unitsLeft }) =>
    typeof id === 'string' && typeof unitsLeft === 'number' ? [[id, unitsLeft] as const] : [],
  );
  return new Map(told);
}

/** The figures with what is on sale now. Units that left the shelf are not yet in the ledger's. */
export function withUnits(figures: Figures, units: ReadonlyMap<string, number>): Figures {
  const offers = figures.offers.map((one) => {
    const available = units.get(one.offer) ?? one.available;
    return available === one.available ? one : { ...one, available };
  });
  return { ...figures, offers };
}

/** Follows what is on sale. */
export function useLiveUnits(sale: string, load: Load<Figures>): EventStream | null {
  const { connection } = usePage();
  const url = connection.read.buildUrl<WatchFiguresData>({
    url: '/v1/sales/{sale}/events',
    path: { sale },
  });
  return useStream(url, {
    onEvent: (event) => load.change((figures) => withUnits(figures, unitsIn(event))),
  });
}
