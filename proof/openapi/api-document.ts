import { createApp } from '../../src/http/app.ts';
import { useCases } from '../../src/http/deps.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { idleApi } from './idle-api.ts';

/** The OpenAPI document as docs/openapi.json has it. */
export async function apiDocument(): Promise<string> {
  // No request reaches this api, so its use cases need not be bound to any server.
  const app = await createApp({ ...useCases, ...idleApi() } as unknown as HttpDeps);
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
