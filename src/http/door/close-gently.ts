import { Server as TcpServer } from 'node:net';
import type { Time } from '../../platform/time.ts';
import type { App } from '../deps.ts';

/** Longer than most clients that are busy wait before they send the next request. */
const LINGER_MS = 300;

/**
 * Ends open connections without cutting a request. When nothing listens any more, requests that
 * still come on open connections are answered for a moment, each with `Connection: close`. An
 * answer that was under way by then keeps its connection open for as long after its end.
 */
export function closeGently(app: App, time: Pick<Time, 'after'>): void {
  app.addHook('preClose', async () => {
    if (!app.server.listening) return;
    // Node asks for both at the end of each answer, and adds them up.
    Object.assign(app.server, { keepAliveTimeout: LINGER_MS, keepAliveTimeoutBuffer: 0 });
    let cancel = () => {};
    await new Promise<void>((resolve) => {
      cancel = time.after(LINGER_MS, resolve);
      // The method of http.Server would also cut the connections that are idle.
      TcpServer.prototype.close.call(app.server, () => resolve());
    }).finally(() => cancel());
  });
}
