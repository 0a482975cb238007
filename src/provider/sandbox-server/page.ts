import type { PaymentAnswer } from '../sandbox-messages.ts';

const button = (outcome: string, label: string) =>
  `<button name="outcome" value="${outcome}">${label}</button>`;

/** In double quotes: the serialized form of a URL has none of them, and no angle brackets. */
const linkTo = (url: string) =>
  `<p><a href="${url.replaceAll('&', '&amp;')}">Back to the shop</a></p>\n`;

/**
 * The page a shopper sees. The patterns of all other values allow nothing that needs escaping.
 * @param returnUrl in its serialized form; null: there is no link
 */
export function payPage(payment: PaymentAnswer, returnUrl: string | null): string {
  const { id, order, amount, currency, state } = payment;
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
${returnUrl === null ? '' : linkTo(returnUrl)}</html>
`;
}
