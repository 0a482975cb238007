import type { Command, Option } from 'commander';
import { format } from 'prettier';
import { nodesOf } from '../../src/process/cli/program/command-tree.ts';
import type { Node } from '../../src/process/cli/program/command-tree.ts';

const HEAD = `# The command line

\`./doorbuster\` talks to the servers that \`npm start\` runs, or to those of \`REDIS_URL\` and
\`DATABASE_URL\`. Every command ends with a code of
[one table](configuration.md#starting-stopping-and-exit-codes).

- **JSON.** With \`--json\` each command prints one JSON document, and a list one document a line.
  Standard error then has \`{"error", "code"}\` for a fault and \`{"note"}\` for progress and
  advice. \`code\` is a word of [Problems](problems.md), or by the exit code \`fault\`, \`usage\`,
  \`redis\` or \`server\`.
- **Reasons.** What you say with \`--reason\` is recorded with the change that a command makes
  ([Changes](changes.md)).
- **Completion.** Load it with \`source <(./doorbuster completion bash)\`, the same with \`zsh\`, or
  in fish with \`./doorbuster completion fish | source\`.
- **Pipes.** A command stays quiet when its reader leaves early, prints no colours, and says after
  2 s that it is at work.

\`npm run cli:page\` writes this page from the commands themselves.
`;

const isHelp = ({ long }: Option): boolean => long === '--help';

/** The arguments and options of a command, each with its meaning and its fixed values. */
function itemsOf(command: Command): string[] {
  const help = command.createHelp();
  const words = help.visibleArguments(command).map((argument) => {
    const name = command
      .usage()
      .split(' ')
      .find((word) => word.includes(argument.name()));
    return `- \`${name}\`: ${help.argumentDescription(argument)}`;
  });
  const options = help.visibleOptions(command).filter((option) => !isHelp(option));
  return [
    ...words,
    ...options.map(
      (option) => `- \`${help.optionTerm(option)}\`: ${help.optionDescription(option)}`,
    ),
  ];
}

const linesOf = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n\n');

/** Links to the commands right below a command. */
function linksOf({ path, commands }: Node): string {
  const links = commands.map(({ word, means }) => {
    const name = path === '' ? word : `${path} ${word}`;
    return `- [${name}](#${name.replaceAll(' ', '-')}): ${means}`;
  });
  return links.join('\n');
}

/** The options that go with every command, and all commands. */
const rootSection = (root: Node): string =>
  linesOf([
    '## With every command',
    itemsOf(root.command).join('\n'),
    '## Commands',
    linksOf(root),
  ]);

function section(node: Node): string {
  const { path, command, commands } = node;
  const usage = commands.length > 0 ? '' : `\`./doorbuster ${path} ${command.usage()}\``;
  const description = `${command.description()}.`;
  const items = itemsOf(command).join('\n');
  return linesOf([`## ${path}`, usage, description, items, linksOf(node)]);
}

/** The page of all commands, in Markdown as the formatter leaves it. */
export function overviewPage(program: Command): Promise<string> {
  const [root, ...nodes] = nodesOf(program);
  const page = linesOf([HEAD, rootSection(root!), ...nodes.map(section)]);
  return format(page, { parser: 'markdown', printWidth: 100, singleQuote: true });
}
