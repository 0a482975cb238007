import Type from 'typebox';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';
import { problems } from '../problem-catalogue.ts';
import type { ProblemCode } from '../problem-catalogue.ts';
import { PROBLEMS_PATH } from '../send-problem.ts';
import { named, strict } from '../schemas.ts';

const ProblemKind = named(
  'ProblemKind',
  strict({
    code: Type.String(),
    status: Type.Integer(),
    title: Type.String(),
    detail: Type.String({ description: 'When it is answered, and what you can do.' }),
  }),
);

const isCode = (text: string): text is ProblemCode => Object.hasOwn(problems, text);

/** The `type` of a problem leads here. */
export function problemRoutes(app: App, answers: Answers): void {
  const schema = {
    summary: 'Say what a problem code means, and what you can do',
    params: strict({ code: Type.String({ description: 'The code of a problem.' }) }),
    response: { 200: ProblemKind },
  };
  app.get(`${PROBLEMS_PATH}:code`, { schema }, async (request, reply) => {
    const { code } = request.params;
    if (!isCode(code)) return answers.refuse(request, reply, NOT_FOUND);
    const { status, title, detail } = problems[code];
    reply.header('cache-control', 'public, max-age=3600');
    return answers.ok(request, reply, { code, status, title, detail });
  });
}
