import { notesView, processesView } from '../../service/ops/processes.ts';
import { shareAnswers } from '../../platform/share-runs.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { ProcessesView, SecurityNotes } from './process-schemas.ts';

/** However many look, the ledger is asked once in this time. */
const KEPT_MS = 1_000;

/** How each process of the deployment is doing, as it told the ledger. */
export function processRoutes(app: App, { ops, time }: HttpDeps, answers: Answers): void {
  const read = shareAnswers(() => ops.readProcesses(), KEPT_MS, time);
  const processes = {
    summary: 'Show every live process with the figures of its last seconds',
    response: { 200: ProcessesView },
  };
  app.get('/v1/ops/processes', { schema: processes }, async (request, reply) =>
    answers.ok(request, reply, processesView(await read())),
  );
  const notes = {
    summary: 'List the newest security events of every live process, newest first',
    response: { 200: SecurityNotes },
  };
  app.get('/v1/ops/security-events', { schema: notes }, async (request, reply) =>
    answers.ok(request, reply, { items: notesView(await read()) }),
  );
}
