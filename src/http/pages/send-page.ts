import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredCoding } from '../../platform/pages/content-coding.ts';
import type { Answers } from '../answers.ts';
import { OWN, varyBy } from '../headers.ts';
import type { ReadyBytes } from '../ready-bytes.ts';
import type { ReadyPage } from './ready-pages.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Caches on the way may answer with it for a second, and while they fetch a new one. When we do
 * not answer, they may go on for a minute.
 */
const SHARED = 'public, max-age=1, s-maxage=1, stale-while-revalidate=5, stale-if-error=60';

/** A proxy that codes a body makes the tag weak. */
const opaqueTag = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Reads If-None-Match: a list of tags, or `*`. Whether a tag is weak does not matter to it. */
export function matchesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || opaqueTag(tag) === opaqueTag(etag));
}

/**
 * Sends a page, or 304 to a client that has it.
 * @param isForAll whether everyone sees the same
 */
export function sendPage(
  answers: Answers,
  request: FastifyRequest,
  reply: FastifyReply,
  page: ReadyPage,
  isForAll: boolean,
): void | Promise<void> {
  reply.header('cache-control', isForAll ? SHARED : OWN);
  varyBy(reply, 'accept-encoding, authorization');
  return sendReady(answers, request, reply, page, JSON_TYPE);
}

/** Sends the bytes in the coding that the client prefers, or 304 to one that has them. */
export function sendReady(
  answers: Answers,
  request: FastifyRequest,
  reply: FastifyReply,
  page: ReadyBytes,
  contentType: string,
): void | Promise<void> {
  const coding = page.codingFor(preferredCoding(request.headers['accept-encoding']));
  const etag = page.tagIn(coding);
  reply.header('etag', etag);
  if (matchesTag(request.headers['if-none-match'], etag)) {
    return void answers.ok(request, reply, undefined, 304);
  }
  reply.header('content-type', contentType);
  if (coding !== 'identity') reply.header('content-encoding', coding);
  const bytes = page.bytesIn(coding);
  if (Buffer.isBuffer(bytes)) return void answers.ok(request, reply, bytes);
  return bytes.then((ready) => void answers.ok(request, reply, ready));
}
