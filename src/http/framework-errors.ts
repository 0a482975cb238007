import type { Socket } from 'node:net';
import type {
  ConnectionError,
  FastifyError,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { EFFECT_KINDS } from '../domain/promotion.ts';
import { invalid } from '../domain/refusals.ts';
import type { Fault } from '../domain/sale.ts';
import type { Answers } from './answers.ts';
import type { App } from './deps.ts';
import { PROBLEM_TYPE, problemBody } from './problem-json.ts';
import type { HttpRefusal } from './problems.ts';

/** Faults listed in one answer, at most; a body of 16 KiB can hold thousands. */
const MAX_FAULTS = 20;

/** Pointers into the body stand alone; those into the rest of the request name where. */
const PLACES: Readonly<Record<string, string>> = {
  body: '',
  params: '/params',
  querystring: '/query',
  headers: '/headers',
};

/** The client went away while its body was read. */
const CUT = 'ECONNRESET';

/** Times are the only values with a format. */
const NO_TIME = 'must be an RFC 3339 time with a zone, of the years 2000 to 2999';

/** Effects are the only values told apart by a field. */
const NO_KIND = `must be one of ${EFFECT_KINDS.join(', ')}`;

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The name of what a fault is about, when the validator points at what is around it. */
function innerName(keyword: string, params: Record<string, unknown>): string {
  switch (keyword) {
    case 'required':
      return String(params['missingProperty']);
    case 'additionalProperties':
      return String(params['additionalProperty']);
    case 'discriminator':
      return String(params['tag']);
    case 'uniqueItems':
      return String(Math.max(Number(params['i']), Number(params['j'])));
    default:
      return '';
  }
}

/** A missing or unknown field, or an item named again, is pointed at itself. */
export function faultOf(
  { instancePath, params, keyword, message = 'is not valid' }: FastifySchemaValidationError,
  place: string,
): Fault {
  const inner = innerName(keyword, params);
  const pointer = `${place}${instancePath}${inner === '' ? '' : `/${escapePointer(inner)}`}`;
  if (keyword === 'required') return { pointer, detail: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, detail: 'is not a known field' };
  if (keyword === 'discriminator') return { pointer, detail: NO_KIND };
  if (keyword === 'uniqueItems') return { pointer, detail: 'is there twice' };
  if (keyword === 'minProperties') return { pointer, detail: 'must have at least one field' };
  if (keyword === 'format') return { pointer, detail: NO_TIME };
  const allowed = params['allowedValues'];
  const values = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
  return { pointer, detail: `${message}${values}` };
}

function schemaRefusal({ validation = [], validationContext = 'body' }: FastifyError): HttpRefusal {
  const place = PLACES[validationContext] ?? '';
  const errors = validation.slice(0, MAX_FAULTS).map((error) => faultOf(error, place));
  return { code: 'invalid', errors };
}

/** What the framework turned away; by its status when it is none of those named. */
export function frameworkRefusal(error: FastifyError): HttpRefusal | null {
  if (error.validation) return schemaRefusal(error);
  if (!error.code?.startsWith('FST_') && error.code !== CUT) return null;
  switch (error.statusCode) {
    case 413:
      return { code: 'too_large' };
    case 415:
      return { code: 'unsupported', allow: null };
    case 404:
    case 414:
      return { code: 'not_found' };
    case 400:
      return invalid('', error.message);
    default:
      return null;
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods that the path of a request has routes for. */
function methodsOf(app: App, url: string): string[] {
  const path = url.split('?', 1)[0]!;
  return METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
}

/** Every way out that is not a route's own. */
export function answerErrors(app: App, answers: Answers): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = frameworkRefusal(error);
    return refusal ? answers.refuse(request, reply, refusal) : answers.fault(request, reply, error);
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsOf(app, request.url);
    return answers.refuse(
      request,
      reply,
      methods.length > 0
        ? { code: 'unsupported', allow: methods.join(', ') }
        : { code: 'not_found' },
    );
  });
}

const NOT_HTTP = invalid('', 'is no HTTP request, or did not arrive in time');

/** Answers what never became a request: no HTTP, too large a header, too slow. */
export function answerRawly(error: ConnectionError, socket: Socket): void {
  if (error.code === CUT || socket.destroyed) return;
  const body = problemBody(NOT_HTTP, 'none');
  const head = [
    'HTTP/1.1 400 Bad Request',
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
