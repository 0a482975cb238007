import Type from 'typebox';
import type { Answers } from '../answers.ts';
import type { App, OpsDeps } from '../deps.ts';
import { BUSY } from '../../domain/refusals.ts';
import { named, strict } from '../schemas.ts';

const StatusView = named('ProcessStatus', strict({ status: Type.String() }));

/** Liveness, readiness and metrics, for the operators of an api or a worker process. */
export function opsRoutes(app: App, { whyNotReady, registry }: OpsDeps, answers: Answers): void {
  const health = { summary: 'Whether the process is alive', response: { 200: StatusView } };
  app.get('/healthz', { schema: health }, (request, reply) => {
    answers.ok(request, reply, { status: 'ok' });
  });
  const ready = {
    summary: 'Whether this process is ready for requests; if not, `detail` says why',
    response: { 200: StatusView },
  };
  app.get('/readyz', { schema: ready }, async (request, reply) => {
    const detail = await whyNotReady();
    if (detail !== null) return answers.refuse(request, reply, { ...BUSY, detail });
    return answers.ok(request, reply, { status: 'ready' });
  });
  const metrics = { summary: 'Metrics for Prometheus', produces: ['text/plain'] };
  app.get('/metrics', { schema: metrics }, async (request, reply) => {
    reply.header('content-type', registry.contentType);
    return answers.ok(request, reply, await registry.metrics());
  });
}
