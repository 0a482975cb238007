import { randomBytes } from 'node:crypto';
import type { App } from '../deps.ts';

const BASE_36 = 36;
export const REQUEST_ID_HEADER = 'x-request-id';

/** Request ids that no other process makes, so that an id finds a fault in all logs. */
export function requestIds(): () => string {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${prefix}-${(++count).toString(BASE_36)}`;
}

/** Every answer of the routes added after this call names its request. */
export function nameRequests(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
