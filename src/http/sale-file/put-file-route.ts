import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid, isRefusal } from '../../domain/refusals.ts';
import type { FileApplied, FilePlan } from '../../service/sale-file/apply-file.ts';
import { pointerOf, reasonOf } from '../../service/sale-file/plan.ts';
import { actorOf } from '../door/actor-of.ts';
import { SLOW } from '../door/answer-in-time.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { SaleParams } from '../schemas.ts';
import { setTag } from '../terms/answer-change.ts';
import type { TermsRoutes } from '../terms/answer-change.ts';
import { FilePlanView, FileQuery } from './file-schemas.ts';
import { planView } from './plan-view.ts';
import { SaleFile, documentOf } from './read-sale-file.ts';

/** A file with 10,000 offers and as many balances has 4 MiB. */
const FILE_LIMIT_BYTES = 8 * 1024 * 1024;
/** Reasons that one refusal quotes; a dry run lists all. */
const QUOTED_MOST = 3;

const OTHER_SALE = invalid('/sale/id', 'must be the sale in the path');

/** Nothing was written. */
function refused({ changes }: FilePlan): HttpRefusal {
  const all = changes.filter(({ outcome }) => outcome === 'refused');
  const said = all
    .slice(0, QUOTED_MOST)
    .map((change) => `${pointerOf(change)}: ${reasonOf(change.why!)}`);
  const more = all.length > said.length ? `; ${all.length - said.length} more` : '';
  return { code: 'conflict', detail: `Nothing was changed. ${said.join('; ')}${more}` };
}

function stopped({ at, why }: Extract<FileApplied, { kind: 'stopped' }>): HttpRefusal {
  const detail = `${pointerOf(at)}: ${reasonOf(why)}. Everything before it is applied.`;
  return { code: 'conflict', detail };
}

/** Applies a sale file, or says what it would change. */
export function putFileRoute({ app, deps, pages, answers }: TermsRoutes): void {
  const schema = {
    summary: 'Bring a sale to what a sale file says, or ask what that would change',
    params: SaleParams,
    querystring: FileQuery,
    body: SaleFile,
    response: { 200: FilePlanView, 202: FilePlanView },
  };
  const options = { schema, config: SLOW, bodyLimit: FILE_LIMIT_BYTES };
  app.put('/v1/sales/:sale/file', options, async (request, reply) => {
    const { sale } = request.params;
    const document = documentOf(request.body);
    if (document.kind === 'faults') {
      return answers.refuse(request, reply, { code: 'invalid', errors: document.faults });
    }
    if (document.id !== sale) return answers.refuse(request, reply, OTHER_SALE);
    if (request.query.dryRun === 'true') {
      const plan = await deps.terms.compareFile(document);
      setTag(reply, { version: plan.version ?? undefined });
      return answers.ok(request, reply, planView(sale, plan, null));
    }
    const actor = actorOf(request);
    const applied = await deps.terms.applyFile(document, actor, request.expected!);
    pages.forget();
    return answerApplied(applied, request, reply);
  });

  function answerApplied(
    applied: Awaited<ReturnType<typeof deps.terms.applyFile>>,
    request: FastifyRequest<{ Params: SaleParams }>,
    reply: FastifyReply,
  ): FastifyReply {
    if (isRefusal(applied)) return answers.refuse(request, reply, applied);
    if (applied.kind === 'refused') return answers.refuse(request, reply, refused(applied.plan));
    if (applied.kind === 'stopped') return answers.refuse(request, reply, stopped(applied));
    const { plan, pendingCells } = applied;
    const status = pendingCells.length > 0 ? 202 : 200;
    const body = planView(request.params.sale, plan, pendingCells);
    return answers.ok(request, reply, body, status);
  }
}
