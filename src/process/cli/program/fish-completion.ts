import { commandPaths, placeOf, valued } from './command-tree.ts';
import type { Node, Word } from './command-tree.ts';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const list = (words: readonly string[]): string => words.map(quoted).join(' ');

function optionLine(at: string, { word, means, values }: Word): string {
  const value =
    values === null ? '' : values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -x';
  return `${at} -l ${word.replace('--', '')}${value} -d ${quoted(means)}`;
}

function linesOf(node: Node): string[] {
  const at = `complete -c doorbuster -n ${quoted(`__doorbuster_at ${quoted(placeOf(node))}`)}`;
  return [
    ...(node.takesFile ? [] : [`${at} -f`]),
    ...node.commands.map(({ word, means }) => `${at} -a ${word} -d ${quoted(means)}`),
    ...(node.choices.length > 0 ? [`${at} -a ${quoted(node.choices.join(' '))}`] : []),
    ...node.options.map((option) => optionLine(at, option)),
  ];
}

export const fishScript = (nodes: readonly Node[]): string => `\
# Completes doorbuster in fish. Load it: ./doorbuster completion fish | source
function __doorbuster_at
    set -l at ''
    set -l before ''
    for word in (commandline -opc)[2..-1]
        if not contains -- "$at $before" ${list(valued(nodes))}
            and contains -- "$at/$word" ${list(commandPaths(nodes))}
            set at "$at/$word"
        end
        set before $word
    end
    test "$at" = "$argv[1]"
end
${nodes.flatMap(linesOf).join('\n')}
`;
