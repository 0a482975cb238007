import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ROLES } from '../../domain/people/actor.ts';
import { invalid } from '../../domain/refusals.ts';
import { isLoopback } from '../../platform/config/loopback.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps, SaidAtSignIn, SignIn } from '../deps.ts';
import { OWN } from '../headers.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';
import { id, shopperId, strict } from '../schemas.ts';

/** Who the person wants to be. `name` becomes the `sub` of the token. */
const SignInBody = strict({
  role: Type.Enum([...ROLES], { type: 'string' }),
  name: shopperId,
  store: Type.Optional(id('The store that a merchant acts for.')),
  member: Type.Optional(id('The tier of a shopper.')),
});

const STORE_NEEDED = invalid('/store', 'is needed: a merchant acts for a store');

const NOT_HERE: HttpRefusal = { code: 'not_found' };

/**
 * Whether the request names this machine. A page of others may have a name that leads to this
 * machine, and may then read its answers (DNS rebinding), but the name stands in `Host`. A proxy's
 * header may say anything, so it does not count.
 */
function isNear({ headers: { host } }: FastifyRequest): boolean {
  const url = URL.parse(`http://${host}`);
  return host !== undefined && url !== null && isLoopback(url.hostname);
}

/** Tells the page how people sign in here. */
function waysRoute(app: App, { url, issue }: SignIn, answers: Answers): void {
  app.get('/sign-in/ways', { schema: { hide: true } }, (request, reply) => {
    reply.header('cache-control', OWN);
    const isOpen = issue !== null && isNear(request);
    answers.ok(request, reply, { url: url ?? null, isOpen });
  });
}

/** The route stands only where anyone may be anybody. */
function tokenRoute(app: App, issue: NonNullable<SignIn['issue']>, answers: Answers): void {
  const schema = { hide: true, body: SignInBody };
  app.post('/sign-in/tokens', { schema }, (request, reply) => {
    if (!isNear(request)) return void answers.refuse(request, reply, NOT_HERE);
    const { role, name: sub, store, member } = request.body;
    if (role === 'merchant' && store === undefined) {
      return void answers.refuse(request, reply, STORE_NEEDED);
    }
    const said: SaidAtSignIn = {
      sub,
      role,
      ...(role === 'merchant' && store !== undefined ? { store } : {}),
      ...(role === 'shopper' && member !== undefined ? { member } : {}),
    };
    reply.header('cache-control', OWN);
    answers.ok(request, reply, { token: issue(said) }, 201);
  });
}

export function signInRoutes(
  app: App,
  { signIn }: Pick<HttpDeps, 'signIn'>,
  answers: Answers,
): void {
  waysRoute(app, signIn, answers);
  if (signIn.issue) tokenRoute(app, signIn.issue, answers);
}
