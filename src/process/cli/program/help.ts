import type { Command } from 'commander';
import { misuse } from '../session.ts';

/** The command that the words lead to; null: one of them is no command. */
function commandOf(program: Command, words: readonly string[]): Command | null {
  let named = program;
  for (const word of words) {
    const next = named.commands.find((one) => one.name() === word);
    if (!next) return null;
    named = next;
  }
  return named;
}

/** The parser's own command would print the help of the first word only. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command...]', 'the words of a command, such as sale apply')
    .description('Print the help of a command')
    .action((words: readonly string[], _: object, command: Command) => {
      const named = commandOf(program, words);
      if (!named) return misuse(command, [`there is no command ${words.join(' ')}`]);
      return named.help();
    });
}
