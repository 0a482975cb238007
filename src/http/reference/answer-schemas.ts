import { STATUS_CODES } from 'node:http';
import type { FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';

/** What the reference says of an answer beside its body. */
export interface StatedAnswer {
  readonly description?: string;
  /** A schema for each header. */
  readonly headers?: Readonly<Record<string, object>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A schema of the headers, only for the reference: the handler checks them. */
    headers?: object;
    /** By status, only for the reference: answers that have headers, or no body. */
    answers?: Readonly<Record<number, StatedAnswer>>;
  }
}

/** Says that the answer has no body. */
const NO_BODY = { type: 'null' };

/** A body that lists schemas by media type is as OpenAPI has it. */
const isByType = (body: object): boolean => 'content' in body;

function contentOf(body: TSchema | undefined, produces: readonly string[]): object {
  if (body && isByType(body)) return body;
  if (body) return { content: { 'application/json': { schema: body } } };
  const text = { schema: { type: 'string' } };
  return produces.length > 0
    ? { content: Object.fromEntries(produces.map((type) => [type, text])) }
    : NO_BODY;
}

/** The answers of a route that are no problems, by status, as OpenAPI has them. */
export function answersOf(
  schema: FastifySchema | undefined,
  stated: Readonly<Record<number, StatedAnswer>> = {},
): Record<string, object> {
  const { response = {}, produces = [] } = (schema ?? {}) as {
    response?: Readonly<Record<string, TSchema>>;
    produces?: readonly string[];
  };
  const listed = new Set([...Object.keys(response), ...Object.keys(stated)]);
  // A route that lists none answers text, or nothing.
  if (listed.size === 0) listed.add(produces.length > 0 ? '200' : '204');
  return Object.fromEntries(
    [...listed].map((status) => {
      const { description, headers } = stated[Number(status)] ?? {};
      const answer = {
        description: description ?? STATUS_CODES[status],
        ...(headers ? { headers } : {}),
        ...contentOf(response[status], status === '304' ? [] : produces),
      };
      return [status, answer];
    }),
  );
}
