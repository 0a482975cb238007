import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifySchemaValidationError } from 'fastify';
import { EFFECT_KINDS } from '../domain/promotion.ts';
import { invalid } from '../domain/refusals.ts';
import type { Fault } from '../domain/sale.ts';
import type { Answers, AnswersDeps } from './answers.ts';
import type { App } from './deps.ts';
import { BAD_TYPE } from './headers.ts';
import { PROBLEM_TYPE, problemBody, statusOf } from './send-problem.ts';
import type { HttpRefusal } from './problem-catalogue.ts';

/** The most faults that one answer lists; a body of 16 KiB can hold thousands. */
const MAX_FAULTS = 20;

/** A pointer into the body has no prefix; one into the rest of the request names the part. */
const PREFIXES: Readonly<Record<string, string>> = {
  body: '',
  params: '/params',
  querystring: '/query',
  headers: '/headers',
};

/** The client disconnected while we read its body. */
const CUT = 'ECONNRESET';

/** Only times have a format. */
const BAD_TIME = 'must be an RFC 3339 time with a zone, in the years 2000 to 2999';

/** Only effects have a discriminator. */
const BAD_KIND = `must be one of ${EFFECT_KINDS.join(', ')}`;

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The name of the faulty field or item, when the validator points at its parent. */
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

/** The pointer names the missing, unknown or repeated item itself, not its parent. */
export function faultOf(
  { instancePath, params, keyword, message = 'is not valid' }: FastifySchemaValidationError,
  prefix: string,
): Fault {
  const inner = innerName(keyword, params);
  const pointer = `${prefix}${instancePath}${inner === '' ? '' : `/${escapePointer(inner)}`}`;
  // Every value of a query is a string, unless the name is given twice.
  if (keyword === 'type' && prefix === PREFIXES['querystring']) {
    return { pointer, detail: 'is given more than once' };
  }
  if (keyword === 'required') return { pointer, detail: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, detail: 'is not a known field' };
  if (keyword === 'discriminator') return { pointer, detail: BAD_KIND };
  if (keyword === 'uniqueItems') return { pointer, detail: 'repeats an earlier item' };
  if (keyword === 'minProperties') return { pointer, detail: 'must have at least one field' };
  if (keyword === 'maxProperties') return { pointer, detail: 'must have only one field' };
  if (keyword === 'format') return { pointer, detail: BAD_TIME };
  const allowed = params['allowedValues'];
  const values = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
  return { pointer, detail: `${message}${values}` };
}

function schemaRefusal({ validation = [], validationContext = 'body' }: FastifyError): HttpRefusal {
  const prefix = PREFIXES[validationContext] ?? '';
  const errors = validation.slice(0, MAX_FAULTS).map((error) => faultOf(error, prefix));
  return { code: 'invalid', errors };
}

/** @returns the refusal for a framework error; null when the error is a fault of ours */
export function frameworkRefusal(error: FastifyError): HttpRefusal | null {
  if (error.validation) return schemaRefusal(error);
  if (!error.code?.startsWith('FST_') && error.code !== CUT) return null;
  switch (error.statusCode) {
    case 413:
      return { code: 'too_large' };
    case 415:
      return BAD_TYPE;
    case 404:
    case 414:
      return { code: 'not_found' };
    case 400:
      return invalid('', error.message);
    default:
      return null;
  }
}

/** Answers errors that routes throw. */
export function answerErrors(app: App, answers: Answers): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = frameworkRefusal(error);
    return refusal ? answers.refuse(request, reply, refusal) : answers.fault(request, reply, error);
  });
}

const NOT_HTTP = invalid('', 'is not an HTTP request');

/** By the code of Node's error; all others are bytes that are not HTTP. */
const RAW_REFUSALS: Readonly<Record<string, HttpRefusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'too_slow' },
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { code: 'too_large' },
};

/** @param onAnswered is told the code of each problem */
export function rawAnswers({ onAnswered }: Pick<AnswersDeps, 'onAnswered'>) {
  /** Answers bytes that never became a request: not HTTP, a header too large, or too slow. */
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === CUT || socket.destroyed) return;
    const refusal = RAW_REFUSALS[error.code] ?? NOT_HTTP;
    const status = statusOf(refusal);
    const body = problemBody(refusal, 'none');
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    onAnswered('none', refusal.code);
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroy(error);
  };
}
