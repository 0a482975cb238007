import Type from 'typebox';
import { ROLES } from '../../domain/people/actor.ts';
import { invalid } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps, SaidAtSignIn, SignIn } from '../deps.ts';
import { OWN } from '../headers.ts';
import { id, shopperId, strict } from '../schemas.ts';

/** Who the person wants to be. `name` becomes the `sub` of the token. */
const SignInBody = strict({
  role: Type.Enum([...ROLES], { type: 'string' }),
  name: shopperId,
  store: Type.Optional(id('The store that a merchant acts for.')),
  member: Type.Optional(id('The tier of a shopper.')),
});

const STORE_NEEDED = invalid('/store', 'is needed: a merchant acts for a store');

/** Tells the page how people sign in here. */
function waysRoute(app: App, { url, issue }: SignIn, answers: Answers): void {
  const ways = { url: url ?? null, isOpen: issue !== null };
  app.get('/sign-in/ways', { schema: { hide: true } }, (request, reply) => {
    reply.header('cache-control', OWN);
    answers.ok(request, reply, ways);
  });
}

/** The route stands only where anyone may be anybody. */
function tokenRoute(app: App, issue: NonNullable<SignIn['issue']>, answers: Answers): void {
  const schema = { hide: true, body: SignInBody };
  app.post('/sign-in/tokens', { schema }, (request, reply) => {
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
