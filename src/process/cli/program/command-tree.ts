import type { Command, Option } from 'commander';

/** An option or a command as a person types it. */
export interface Word {
  readonly word: string;
  readonly means: string;
  /** An option: values to choose from; `[]`: any value; null: it takes none. */
  readonly values: readonly string[] | null;
}

/** A command, as far as somebody who types it can go on. */
export interface Node {
  /** The words that lead here, e.g. `sale apply`; empty: the program itself. */
  readonly path: string;
  readonly command: Command;
  readonly commands: readonly Word[];
  /** With those of the program, which go with every command. */
  readonly options: readonly Word[];
  /** Values that the arguments may have, e.g. the shells. */
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

/** The first sentence, or what is before a semicolon or colon: enough beside a word. */
export const short = (text: string): string => text.split(/[.;:] /)[0]!.replaceAll('`', '');

function optionWord(option: Option): Word {
  const takesValue = option.required || option.optional;
  return {
    word: option.long!,
    means: short(option.description),
    values: takesValue ? (option.argChoices ?? []) : null,
  };
}

/** A command, then all below it, depth first, in the order of the help. */
export function nodesOf(command: Command, path: readonly string[] = []): Node[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const own = help.visibleOptions(command);
  const global = command.parent ? help.visibleGlobalOptions(command) : [];
  const node: Node = {
    path: path.join(' '),
    command,
    commands: commands.map((one) => ({
      word: one.name(),
      means: short(one.description()),
      values: null,
    })),
    options: [...own, ...global].map(optionWord),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFile: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [node, ...commands.flatMap((one) => nodesOf(one, [...path, one.name()]))];
}

/** A command as the scripts of the shells name it: `/sale/apply`; empty: the program itself. */
export const placeOf = ({ path }: Pick<Node, 'path'>): string =>
  path === '' ? '' : `/${path.replaceAll(' ', '/')}`;

export const commandPaths = (nodes: readonly Node[]): string[] =>
  nodes.map(placeOf).filter((place) => place !== '');

const optionsOf = (nodes: readonly Node[], fits: (values: readonly string[]) => boolean) =>
  nodes.flatMap((node) =>
    node.options
      .filter(({ values }) => values !== null && fits(values))
      .map(({ word }) => `${placeOf(node)} ${word}`),
  );

/** The options that take a value: the word after them is no command. */
export const valued = (nodes: readonly Node[]): string[] => optionsOf(nodes, () => true);

/** Those whose value nobody can guess. */
export const anyValue = (nodes: readonly Node[]): string[] =>
  optionsOf(nodes, ({ length }) => length === 0);

/** A word in single quotes, as bash and zsh read it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
