/** Everything that a program needs to call the API. */
export * from './generated/index.ts';
export type { Client } from './generated/client/index.ts';
export { connect } from './connect.ts';
export type { Connection } from './connect.ts';
export type { Retries } from './retrying-fetch.ts';
export { ProblemError, answerOf } from './answer-of.ts';
export type { ProblemBody } from './answer-of.ts';
