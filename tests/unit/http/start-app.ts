import { afterEach } from 'vitest';
import { createApp } from '../../../src/http/app.ts';
import type { App } from '../../../src/http/deps.ts';
import { httpDeps, type Changes } from './http-deps.ts';

const apps: Pick<App, 'close'>[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

/** Closes an app after the test. */
export function closeAfterTest<Closable extends Pick<App, 'close'>>(app: Closable): Closable {
  apps.push(app);
  return app;
}

/** The api with stubs for its services; it closes after the test. */
export const start = async (changes: Changes = {}): Promise<App> =>
  closeAfterTest(await createApp(httpDeps(changes)));
