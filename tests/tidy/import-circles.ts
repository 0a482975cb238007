import { fileGraph } from './imports.ts';
import type { RepositoryRule } from './source.ts';

/** Each node with the nodes it leads to. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * A shortest way from a node back to itself, for each group of nodes that reach one another.
 * @returns circles of at least two nodes, each without its return to the first
 */
export function circlesOf(graph: Graph): string[][] {
  const seen = new Set<string>();
  const circles: string[][] = [];
  for (const node of [...graph.keys()].sort()) {
    if (seen.has(node)) continue;
    const circle = wayBack(graph, node);
    if (circle) circles.push(circle);
    for (const member of circle ?? []) seen.add(member);
  }
  return circles;
}

function wayBack(graph: Graph, start: string): string[] | null {
  const from = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start && node !== start) return pathTo(from, node, start);
      if (next === start || from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  }
  return null;
}

function pathTo(from: ReadonlyMap<string, string>, last: string, start: string): string[] {
  const path = [last];
  while (path[0] !== start) path.unshift(from.get(path[0]!)!);
  return path;
}

export const shown = (circle: readonly string[]): string => [...circle, circle[0]].join(' → ');

/** A file that imports itself by a detour cannot be read, or loaded, without the others. */
export const filesFormNoCircle: RepositoryRule = (sources) =>
  circlesOf(fileGraph(sources)).map((circle) => `${circle[0]}:1: a circle: ${shown(circle)}`);
