import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ValidateFunction } from 'ajv';
import type { ApiDocument, Operation, StatedAnswer } from './api-document.ts';
import type { Schema } from './closed-schemas.ts';

export interface Answer {
  readonly method: string;
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as they were sent; of a stream without end, those of its beginning. */
  readonly body: Buffer;
}

/** Headers of HTTP itself, of CORS, and for proxies, which the document need not name. */
const OF_HTTP = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive'],
  ...['transfer-encoding', 'vary', 'access-control-allow-origin'],
  ...['access-control-expose-headers', 'cache-control', 'x-accel-buffering'],
]);
const PROBLEM = 'application/problem+json';
const NDJSON = 'application/x-ndjson';
const FAULTS_FROM = 500;
const BUSY = 503;
const NO_BODY = new Set([204, 304]);
const INTEGER = /^-?\d+$/;

/** Why an answer is not as the document says; empty: it is. */
export function faultsOf(
  document: ApiDocument,
  operation: Operation | null,
  answer: Answer,
): string[] {
  const { status } = answer;
  const faults: string[] = [];
  if (status >= FAULTS_FROM && status !== BUSY) faults.push(`${status} is a fault of the service`);
  if (!operation) return [...faults, ...strayFaults(document, answer)];
  const stated = operation.answers.get(status);
  if (!stated) {
    const said = answer.body.toString();
    return [...faults, `${status} is not documented for ${operation.id}: ${said}`];
  }
  return [...faults, ...headerFaults(stated, answer), ...bodyFaults(document, stated, answer)];
}

/** A request that belongs to no operation gets a problem, whose code has a schema. */
function strayFaults(document: ApiDocument, answer: Answer): string[] {
  const { method, status, headers, body } = answer;
  if (typeOf(headers) !== PROBLEM) return [`${status} ${typeOf(headers)} is not a problem`];
  if (method === 'HEAD') return [];
  const problem = parsed(body);
  if (problem instanceof Error) return [`the problem is not JSON: ${problem.message}`];
  return problemFaults(document, status, problem);
}

/** Why a problem is not as the schema of its code says. */
export function problemFaults(document: ApiDocument, status: number, problem: unknown): string[] {
  const { code, status: said } = problem as { code?: unknown; status?: unknown };
  const check = document.problem(String(code));
  if (!check) return [`the code ${String(code)} is not documented`];
  if (said !== status) return [`the problem says ${String(said)}, the answer ${status}`];
  return validationFaults(check, problem);
}

function headerFaults(stated: StatedAnswer, { headers }: Answer): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const schema = stated.headers.get(name);
    if (!schema) return OF_HTTP.has(name) ? [] : [`the header ${name} is not documented`];
    return isOf(schema, value) ? [] : [`the header ${name} is not as documented: ${value}`];
  });
}

function isOf({ type, pattern }: Schema, value: string): boolean {
  if (type === 'integer') return INTEGER.test(value);
  return typeof pattern === 'string' ? new RegExp(pattern, 'u').test(value) : true;
}

function bodyFaults(document: ApiDocument, stated: StatedAnswer, answer: Answer): string[] {
  const { method, status, headers, body } = answer;
  if (NO_BODY.has(status) || method === 'HEAD') return emptyFaults(answer);
  const type = typeOf(headers);
  const check = stated.bodies.get(type)?.();
  if (!check) {
    if (stated.bodies.size === 0 && body.length === 0) return [];
    return [`${status} with the type "${type}" is not documented`];
  }
  const bytes = decoded(headers['content-encoding'], body);
  if (type === NDJSON) return linesOf(bytes).flatMap((line) => jsonFaults(check, line));
  if (!type.endsWith('json')) return [];
  const faults = jsonFaults(check, bytes);
  // A union of problems would only say that none of them fits.
  return faults.length > 0 && type === PROBLEM
    ? [
        ...problemFaults(document, status, parsed(bytes)),
        `no documented problem: ${bytes.toString()}`,
      ]
    : faults;
}

const linesOf = (bytes: Buffer): Buffer[] =>
  bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line));

function jsonFaults(check: ValidateFunction, bytes: Buffer): string[] {
  const value = parsed(bytes);
  return value instanceof Error
    ? [`the body is not JSON: ${value.message}`]
    : validationFaults(check, value);
}

const emptyFaults = ({ status, method, body }: Answer): string[] =>
  body.length === 0 ? [] : [`${method} ${status} must not have a body`];

function validationFaults(check: ValidateFunction, value: unknown): string[] {
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message, params }) => {
    return `the body is not as documented: ${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}

/** The media type without its parameters. */
function typeOf(headers: Answer['headers']): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function decoded(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'br' ? brotliDecompressSync(body) : body;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    return error;
  }
}
