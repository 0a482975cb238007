import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

const isStaff = ({ role }: Asking) => role === 'merchant' || role === 'operator';
const salePath = ({ params: { sale = '' } }: Asking) => `/v1/sales/${encodeURIComponent(sale)}`;

function askForSales(asking: Asking): void {
  if (isStaff(asking)) asking.ask('/v1/sales');
}

function askForSale(asking: Asking): void {
  if (isStaff(asking)) asking.ask(salePath(asking));
}

function askForToday(asking: Asking): void {
  askForSale(asking);
  if (isStaff(asking)) asking.ask(`${salePath(asking)}/figures?limit=100`);
}

runFirst(window, [
  ['/merchant', askForSales],
  ['/merchant/s/:sale', askForToday],
  ['/merchant/s/:sale/:view', askForSale],
  ['/merchant/s/:sale/:view/:one', askForSale],
  ['/merchant/s/:sale/:view/of/:one', askForSale],
]);
