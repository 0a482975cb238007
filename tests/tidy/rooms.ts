import { dirname } from 'node:path/posix';
import { circlesOf, shown } from './import-circles.ts';
import { fileGraph } from './imports.ts';
import type { RepositoryRule, Source } from './source.ts';

const houses = ['src/', 'web/', 'proof/', 'bench/', 'lua/'];

/** Files beside the rooms of their folder: they import rooms, and no room imports them. */
const doors = new Set([
  'bench/main.ts',
  'proof/api-fuzz/main.ts',
  'proof/chaos/gentle.ts',
  'proof/chaos/main.ts',
  'proof/demo/main.ts',
  'proof/screens/main.ts',
  'src/http/app.ts',
  'src/ledger/audit.ts',
  'src/process/cli.ts',
  'src/process/main.ts',
  'src/process/sandbox.ts',
  'src/service/audit.ts',
  'src/service/sale-status.ts',
  'web/merchant/main.tsx',
]);
/**
 * A script that Redis runs includes libraries, and no library includes a script. What starts a page
 * imports its rooms.
 */
const isDoor = (path: string): boolean =>
  doors.has(path) || /^(lua\/\w+\.lua|web\/[\w-]+\/main\.tsx)$/.test(path);

/** One import, seen from the folder that holds both files, somewhere below it. */
interface Step {
  readonly folder: string;
  /** The sub-folder of `folder` that a file is in; empty for a file right in it. */
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly target: string;
}

/**
 * A sub-folder is a room, and the files beside it are its ground: rooms import the ground, the
 * ground imports no room, and rooms do not import each other in a circle.
 */
export const roomsFormNoCircle: RepositoryRule = (sources) => {
  const steps = stepsOf(sources);
  return [...steps.flatMap(groundFaults), ...circleFaults(steps)];
};

function stepsOf(sources: readonly Source[]): Step[] {
  const inHouses = sources.filter(({ path }) => houses.some((house) => path.startsWith(house)));
  return [...fileGraph(inHouses)].flatMap(([file, targets]) =>
    targets.flatMap((target) => stepOf(file, target) ?? []),
  );
}

function stepOf(file: string, target: string): Step | null {
  const [own, other] = [dirname(file).split('/'), dirname(target).split('/')];
  let depth = 0;
  while (depth < own.length && own[depth] === other[depth]) depth++;
  const [from = '', to = ''] = [own[depth], other[depth]];
  // Floors have a rule of their own.
  if (depth === 0 || from === to || (depth === 1 && own[0] === 'src')) return null;
  return { folder: own.slice(0, depth).join('/'), from, to, file, target };
}

function groundFaults({ from, to, file, target }: Step): string[] {
  if (from === '' && !isDoor(file)) return [`${file}:1: ground may not import ${target}`];
  if (to === '' && isDoor(target)) return [`${file}:1: a room may not import ${target}`];
  return [];
}

function circleFaults(steps: readonly Step[]): string[] {
  const between = steps.filter(({ from, to }) => from !== '' && to !== '');
  const folders = new Set(between.map(({ folder }) => folder));
  return [...folders].flatMap((folder) => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of between.filter((step) => step.folder === folder)) {
      graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    return circlesOf(graph).map((circle) => {
      const files = between.filter(
        (step) => step.folder === folder && isStepOf(circle, step.from, step.to),
      );
      const examples = new Set(files.map(({ file, target }) => `${file} → ${target}`));
      return `${folder}: rooms in a circle: ${shown(circle)}: ${[...examples].join(', ')}`;
    });
  });
}

const isStepOf = (circle: readonly string[], from: string, to: string): boolean =>
  circle.some((room, i) => room === from && circle[(i + 1) % circle.length] === to);
