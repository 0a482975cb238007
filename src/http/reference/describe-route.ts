import type { FastifyContextConfig, FastifySchema } from 'fastify';
import type { RouteFacts } from '../catalogue/facts.ts';
import { TOLD_WEIGHT } from '../limits/rate-limits.ts';
import { answersOf } from './answer-schemas.ts';
import { BODIES } from './examples.ts';
import { LIMIT_HEADERS, codesOf, problemResponses } from './problem-schemas.ts';

/** The list of a bearer scheme names the roles that may call. An empty row: without a token. */
function securityOf({ who }: RouteFacts): { bearer?: string[] }[] {
  if (who === 'tokenless') return [];
  return who === 'anyone' ? [{}, { bearer: [] }] : [{ bearer: Object.keys(who) }];
}

function bodyOf(body: object, id: string): object {
  const example = BODIES[id];
  return example === undefined ? body : { ...body, examples: [example] };
}

/** Adds the headers that a costly route sets before it looks at the request. */
function withLimit(answers: Record<string, object>, { weight }: RouteFacts): object {
  if (weight < TOLD_WEIGHT) return answers;
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const { headers = {} } = answer as { headers?: object };
      return [status, { ...answer, headers: { ...headers, ...LIMIT_HEADERS } }];
    }),
  );
}

/**
 * What the reference says of a route: its own schema, and what the catalogue knows of it.
 * @param mayHaveBody requests with its method may have a body, even one that the route ignores
 */
export function describedRoute(
  schema: FastifySchema | undefined,
  { headers, answers }: FastifyContextConfig,
  facts: RouteFacts,
  mayHaveBody: boolean,
): FastifySchema {
  const body = schema?.body as object | undefined;
  const problems = problemResponses(codesOf(facts, mayHaveBody));
  return {
    ...schema,
    ...(headers ? { headers } : {}),
    ...(body ? { body: bodyOf(body, facts.id) } : {}),
    operationId: facts.id,
    tags: [facts.tag],
    security: securityOf(facts),
    response: withLimit({ ...answersOf(schema, answers), ...problems }, facts),
  };
}
