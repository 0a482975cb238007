import { isRefusal } from '../../domain/refusals.ts';
import { actorOf } from '../door/actor-of.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { page, pageOf } from '../paging.ts';
import {
  DeadLetterDetails,
  DeadLetterView,
  DeadLettersQuery,
  LetterParams,
} from './dead-letters.ts';

const LETTERS = '/v1/dead-letters';

function readRoutes(app: App, { ops }: HttpDeps, answers: Answers): void {
  const list = {
    summary: 'List dead letters of one sale or all sales, oldest first',
    querystring: DeadLettersQuery,
    response: { 200: page(DeadLetterView) },
  };
  app.get(LETTERS, { schema: list }, async (request, reply) => {
    const { state = 'buried', sale = null, ...rest } = request.query;
    const asked = { state: state === 'all' ? null : state, sale, ...pageOf(rest) };
    const found = await ops.deadLetters(asked);
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
  const one = {
    summary: 'Read one dead letter, with the order or claim in it',
    params: LetterParams,
    response: { 200: DeadLetterDetails },
  };
  app.get(`${LETTERS}/:letter`, { schema: one }, async (request, reply) => {
    const found = await ops.deadLetter(Number(request.params.letter));
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    return answers.ok(request, reply, found);
  });
}

function changeRoutes(app: App, { ops }: HttpDeps, answers: Answers): void {
  const response = { 200: DeadLetterDetails };
  const replay = {
    summary: 'Settle the order or claim of a dead letter, once you have fixed the cause',
    params: LetterParams,
    response,
  };
  app.post(`${LETTERS}/:letter/replay`, { schema: replay }, async (request, reply) => {
    const letter = await ops.replayLetter(Number(request.params.letter), actorOf(request));
    if (isRefusal(letter)) return answers.refuse(request, reply, letter);
    return answers.ok(request, reply, letter);
  });
  const release = {
    summary: 'Give up the order or claim of a dead letter: all it took and its key become free',
    params: LetterParams,
    response,
  };
  app.post(`${LETTERS}/:letter/release`, { schema: release }, async (request, reply) => {
    const letter = await ops.releaseLetter(Number(request.params.letter), actorOf(request));
    if (isRefusal(letter)) return answers.refuse(request, reply, letter);
    return answers.ok(request, reply, letter);
  });
}

/** Orders and claims that were acknowledged but could not be settled. */
export function deadLetterRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  readRoutes(app, deps, answers);
  changeRoutes(app, deps, answers);
}
