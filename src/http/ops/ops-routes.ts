import Type from 'typebox';
import type { Answers } from '../answers.ts';
import type { App, OpsDeps } from '../deps.ts';
import { BUSY } from '../../domain/refusals.ts';
import { shareAnswers } from '../../platform/share-runs.ts';
import { named, strict } from '../schemas.ts';

const StatusView = named('ProcessStatus', strict({ status: Type.String() }));

/** Nobody scrapes more often than this. */
const METRICS_KEPT_MS = 1_000;

/** Liveness, readiness and metrics, for the operators of an api or a worker process. */
export function opsRoutes(app: App, deps: OpsDeps, answers: Answers): void {
  const { whyNotReady, registry, time } = deps;
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
  const render = async () => Buffer.from(await registry.metrics());
  const rendered = shareAnswers(render, METRICS_KEPT_MS, time);
  const metrics = { summary: 'Metrics for Prometheus', produces: ['text/plain'] };
  app.get('/metrics', { schema: metrics }, async (request, reply) => {
    reply.header('content-type', registry.contentType);
    return answers.ok(request, reply, await rendered());
  });
}
