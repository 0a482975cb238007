import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createOpsApp } from '../../../src/http/app.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { httpDeps } from './http-deps.ts';

test.each([
  ['a slow answer does not keep its connection, and so the process, open', false],
  ['after a slow answer its client may ask once more on the connection', true],
])('%s', async (_, asksAgain) => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<null>();
  const whyNotReady = () => {
    asked.resolve();
    return answer.promise;
  };
  // No time is given to requests that are still to come.
  const after = (_ms: number, task: () => void) => {
    task();
    return () => {};
  };
  const app = await createOpsApp(httpDeps({ whyNotReady, time: { ...systemTime, after } }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET /readyz HTTP/1.1\r\nhost: shop\r\n\r\n');
  await asked.promise;
  const { server } = app;
  const closeIdle = server.closeIdleConnections.bind(server);
  let isAnswered = false;
  server.closeIdleConnections = () => {
    // Its client may be about to send the next request.
    expect(isAnswered).toBe(false);
    closeIdle();
    // The server has closed the idle connections; this one becomes idle after that.
    answer.resolve(null);
  };
  const closed = app.close();
  const [bytes] = (await once(client, 'data')) as [Buffer];
  isAnswered = true;
  expect(bytes.toString()).toMatch(/^HTTP\/1.1 200 /);
  if (asksAgain) {
    client.write('GET /healthz HTTP/1.1\r\nhost: shop\r\n\r\n');
    const [more] = (await once(client, 'data')) as [Buffer];
    expect(more.toString()).toMatch(/^HTTP\/1.1 200 [^]*connection: close/i);
  }
  await once(client, 'close');
  await closed;
});
