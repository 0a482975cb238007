import type { PaymentAnswer } from '../sandbox-messages.ts';

const button = (outcome: string, label: string) =>
  `<button name="outcome" value="${outcome}">${label}</button>`;

/** The page a shopper sees. The patterns of all values allow nothing that needs escaping. */
export function payPage({ id, order, amount, currency, state }: PaymentAnswer): string {
  const buttons = `${button('authorize', 'Pay')} ${button('decline', 'Be declined')}`;
  const form = `<form method="post" action="/pay/${id}">${buttons}</form>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sandbox payment</title>
<h1>Sandbox payment</h1>
<p>Order ${order}: ${amount} minor units of ${currency}. No money moves here.</p>
${state === 'open' ? form : `<p>The payment is ${state}.</p>`}
</html>
`;
}
