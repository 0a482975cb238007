import { Argument } from 'commander';
import type { Command } from 'commander';
import { outputOf } from '../output.ts';
import { bashScript } from './bash-completion.ts';
import { nodesOf } from './command-tree.ts';
import type { Node } from './command-tree.ts';
import { fishScript } from './fish-completion.ts';
import { zshScript } from './zsh-completion.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (nodes: readonly Node[]) => string
>;
export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as Shell[];

/** A script that completes every command, option and fixed value; it runs no command of ours. */
export const completionScript = (shell: Shell, program: Command): string =>
  SCRIPTS[shell](nodesOf(program));

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .description('Print a script that completes commands: source <(./doorbuster completion bash)')
    .action((shell: Shell, _: object, command: Command) => {
      const script = completionScript(shell, program);
      outputOf(command).say(script.trimEnd(), { shell, script });
    });
}
