import type { CallAnswer, ProviderCall } from './payment-provider.ts';

/**
 * The answer to a call that found a payment captured: refused unless the money is what we asked
 * for.
 * @param said what the provider says it took; undefined: it does not say
 */
export function capturedAs(
  { amountMinor, currency }: ProviderCall,
  said: { readonly amountMinor: number | undefined; readonly currency: string | undefined },
): CallAnswer {
  if (said.amountMinor === amountMinor && said.currency === currency) return { state: 'captured' };
  const taken = `${said.amountMinor ?? '?'} ${said.currency ?? '?'}`;
  return { state: 'refused', detail: `captured ${taken}, not ${amountMinor} ${currency}` };
}
