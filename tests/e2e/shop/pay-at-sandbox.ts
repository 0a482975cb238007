import type { Page } from 'playwright-core';

/**
 * Does what the buttons of the sandbox's page do, once the shopper is there, and follows its way
 * back. This is the one place that knows how the sandbox takes a payment.
 */
export async function payAtSandbox(page: Page, outcome: 'authorize' | 'decline'): Promise<void> {
  await page.waitForURL('**/pay/*');
  const body = new URLSearchParams({ outcome });
  const answer = await fetch(page.url(), { method: 'POST', body, redirect: 'manual' });
  const back = answer.headers.get('location');
  if (back === null) throw new Error(`the sandbox answers ${answer.status} and leads nowhere`);
  await page.goto(back);
}
