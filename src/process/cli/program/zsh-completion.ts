import { anyValue, commandPaths, placeOf, quoted, valued } from './command-tree.ts';
import type { Node, Word } from './command-tree.ts';

const pattern = (words: readonly string[]): string => words.map(quoted).join(' | ');

/** A word with its meaning; a colon parts them. */
const described = ({ word, means }: Word): string => quoted(`${word}:${means}`);

function valueCases(node: Node): string[] {
  return node.options
    .filter(({ values }) => values !== null && values.length > 0)
    .map(({ word, values }) => {
      const place = quoted(`${placeOf(node)} ${word}`);
      return `    ${place}) found=(${values!.map(quoted).join(' ')}) ;;`;
    });
}

function wordCase(node: Node): string {
  const found = [...node.commands.map(described), ...node.choices.map(quoted)].join(' ');
  const options = node.options.map(described).join(' ');
  return `        ${quoted(placeOf(node))}) found=(${found}) options=(${options}) ;;`;
}

const filePlaces = (nodes: readonly Node[]): string[] =>
  nodes.filter(({ takesFile }) => takesFile).map(placeOf);

export const zshScript = (nodes: readonly Node[]): string => `\
#compdef doorbuster
# Completes doorbuster in zsh. Load it: source <(./doorbuster completion zsh)
_doorbuster() {
  local at='' i
  local -a found options
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i - 1]}" in
      ${pattern(valued(nodes))}) continue ;;
    esac
    case "$at/\${words[i]}" in
      ${pattern(commandPaths(nodes))}) at=$at/\${words[i]} ;;
    esac
  done
  case "$at \${words[CURRENT - 1]}" in
${nodes.flatMap(valueCases).join('\n')}
    ${pattern(anyValue(nodes))}) return 1 ;;
    *)
      case "$at" in
        ${pattern(filePlaces(nodes))}) _files ;;
      esac
      case "$at" in
${nodes.map(wordCase).join('\n')}
      esac
      ;;
  esac
  ((\${#found})) && _describe doorbuster found
  ((\${#options})) && _describe -o option options
}
compdef _doorbuster doorbuster
`;
