import { csvLine } from './csv.ts';
import type { SellerOrderView } from './seller-order-views.ts';

/** A file of orders. */
export interface ExportFormat {
  readonly type: string;
  readonly extension: string;
  readonly header: string;
  readonly text: (order: SellerOrderView) => string;
}

type Line = SellerOrderView['lines'][number];
type Column = (order: SellerOrderView, line: Line) => string | number;

/** A row for each line of an order. Money in minor units. */
const columns: Readonly<Record<string, Column>> = {
  order: ({ id }) => id,
  createdAt: ({ createdAt }) => createdAt,
  state: ({ state }) => state,
  shopper: ({ shopper }) => shopper,
  line: (_, { line }) => line,
  offer: (_, { offer }) => offer,
  title: (_, { title }) => title,
  store: (_, { store }) => store,
  quantity: (_, { quantity }) => quantity,
  price: (_, { price }) => price,
  activity: (_, { activity }) => activity,
  net: (_, { net }) => net,
  gift: (_, { gift }) => (gift ? 'true' : 'false'),
  refundedUnits: (_, { refunded = 0 }) => refunded,
  currency: ({ currency }) => currency,
  payBy: ({ payBy }) => payBy,
};
const cells = Object.values(columns);

export const exportFormats = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    header: csvLine(Object.keys(columns)),
    text: (order) =>
      order.lines.map((line) => csvLine(cells.map((cell) => cell(order, line)))).join(''),
  },
  ndjson: {
    type: 'application/x-ndjson',
    extension: 'ndjson',
    header: '',
    text: (order) => `${JSON.stringify(order)}\n`,
  },
} as const satisfies Record<string, ExportFormat>;
