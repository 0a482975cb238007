import { anyValue, commandPaths, placeOf, quoted, valued } from './command-tree.ts';
import type { Node } from './command-tree.ts';

const pattern = (words: readonly string[]): string => words.map(quoted).join(' | ');

/** The words that go on from a command. */
const wordsOf = ({ commands, options, choices }: Node): string =>
  [...commands.map(({ word }) => word), ...choices, ...options.map(({ word }) => word)].join(' ');

function valueCases(node: Node): string[] {
  return node.options
    .filter(({ values }) => values !== null && values.length > 0)
    .map(({ word, values }) => {
      return `    ${quoted(`${placeOf(node)} ${word}`)}) words=${quoted(values!.join(' '))} ;;`;
    });
}

const wordCase = (node: Node): string =>
  `        ${quoted(placeOf(node))}) words=${quoted(wordsOf(node))} ;;`;

/** Where nothing is known to complete, bash completes the names of files. */
export const bashScript = (nodes: readonly Node[]): string => `\
# Completes doorbuster in bash. Load it: source <(./doorbuster completion bash)
_doorbuster() {
  local word=\${COMP_WORDS[COMP_CWORD]} at='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i - 1]}" in
      ${pattern(valued(nodes))}) continue ;;
    esac
    case "$at/\${COMP_WORDS[i]}" in
      ${pattern(commandPaths(nodes))}) at=$at/\${COMP_WORDS[i]} ;;
    esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD - 1]}" in
${nodes.flatMap(valueCases).join('\n')}
    ${pattern(anyValue(nodes))}) ;;
    *)
      case "$at" in
${nodes.map(wordCase).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _doorbuster doorbuster ./doorbuster
`;
