import { runFirst } from '../kit/first/first-script.ts';
import type { Asking } from '../kit/first/first-script.ts';

/** A visitor who is signed in needs no way in. */
function askForWays({ role, ask }: Asking): void {
  if (role === null) ask('/sign-in/ways');
}

runFirst(window, [['/sign-in', askForWays]]);
