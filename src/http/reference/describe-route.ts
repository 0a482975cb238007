import type { FastifyContextConfig, FastifySchema } from 'fastify';
import type { RouteFacts } from '../catalogue/facts.ts';
import { answersOf } from './answer-schemas.ts';
import { BODIES } from './examples.ts';
import { codesOf, problemResponses } from './problem-schemas.ts';

/** The list of a bearer scheme names the roles that may call. An empty row: without a token. */
function securityOf({ who }: RouteFacts): { bearer?: string[] }[] {
  if (who === 'tokenless') return [];
  return who === 'anyone' ? [{}, { bearer: [] }] : [{ bearer: Object.keys(who) }];
}

function bodyOf(body: object, id: string): object {
  const example = BODIES[id];
  return example === undefined ? body : { ...body, examples: [example] };
}

/** What the reference says of a route: its own schema, and what the catalogue knows of it. */
export function describedRoute(
  schema: FastifySchema | undefined,
  { headers, answers }: FastifyContextConfig,
  facts: RouteFacts,
): FastifySchema {
  const body = schema?.body as object | undefined;
  const problems = problemResponses(codesOf(facts, body !== undefined));
  return {
    ...schema,
    ...(headers ? { headers } : {}),
    ...(body ? { body: bodyOf(body, facts.id) } : {}),
    operationId: facts.id,
    tags: [facts.tag],
    security: securityOf(facts),
    response: { ...answersOf(schema, answers), ...problems },
  };
}
