import { registerHooks } from 'node:module';

/** Generators are written for the API of the compiler of TypeScript 6, which 7 does not have. */
const COMPILER = '@typescript/typescript6';

let isRegistered = false;

/** From now on `typescript` is TypeScript 6 for every module that this process imports. */
export function useCompilerSix(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerHooks({
    resolve: (name, context, next) => next(name === 'typescript' ? COMPILER : name, context),
  });
}
