/**
 * An api process that dies right after Redis answers its first purchase call, before it answers any
 * of the requests in that call. It reads the purchases of one call as JSON from its input.
 */
import { createInterface } from 'node:readline';
import { systemTime } from '../../../src/platform/time.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { wireApi } from '../../../src/process/wiring/wire-api.ts';
import { placeOrder } from '../../../src/service/selling/place-order.ts';
import type { OrderRequest } from '../../../src/domain/pricing/quote.ts';

export interface DyingApiSetting {
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

const setting = JSON.parse(process.argv[2]!) as DyingApiSetting;
const api = await wireApi({
  ...setting,
  backlogLimit: 1_000,
  allowUnsafeRedis: false,
  provider: null,
  observer: SILENT,
  time: systemTime,
});
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

const call = api.hot.call.bind(api.hot) as (...words: unknown[]) => Promise<unknown>;
api.hot.call = (async (...words: unknown[]) => {
  await call(...words);
  process.kill(process.pid, 'SIGKILL');
}) as unknown as typeof api.hot.call;

say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const requests = JSON.parse(line) as OrderRequest[];
  await Promise.all(
    requests.map(async (request) => say({ outcome: await placeOrder(api, request) })),
  );
}
process.exit();
