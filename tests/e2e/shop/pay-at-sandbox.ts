import type { Page } from 'playwright-core';

const BUTTONS = { authorize: /^Pay ¥/, decline: 'Be declined' };

/** Presses a button of the sandbox's page, and waits until the shopper is back at the shop. */
export async function payAtSandbox(page: Page, outcome: 'authorize' | 'decline'): Promise<void> {
  await page.waitForURL('**/pay/*');
  await page.getByRole('button', { name: BUTTONS[outcome] }).click();
  await page.waitForURL('**/s/*/orders/*');
}
