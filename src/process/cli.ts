import { createProgram } from './cli/program/program.ts';
import { allowClosedPipes } from './cli/output.ts';
import { endWith } from './end-with.ts';
import { endOnSignals } from './exit-codes.ts';

const program = createProgram();
allowClosedPipes();
endOnSignals();
await program
  .parseAsync()
  .catch((error: Error) => endWith(error, program.opts<{ json?: boolean }>().json));
