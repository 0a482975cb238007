import { Visitor, type ESTree } from 'vite';
import { EPOCH_KEYS } from '../../src/cell/keys.ts';
import { importsOf } from './imports.ts';
import { fault, isScript, parse, type Rule, type Source } from './source.ts';

const keyShape = new RegExp(`\\{[^{}]*\\}:|:(fence|${EPOCH_KEYS.join('|')})$`);

/** All other code asks src/cell/keys.ts for its keys. */
export const keysAreMadeInOnePlace: Rule = (source) => {
  const { path } = source;
  if (!path.startsWith('src/') || path.startsWith('src/cell/') || !isScript(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === 'string' && keyShape.test(value)) offsets.push(start);
    },
    TemplateLiteral: ({ quasis, start }) => {
      const shape = quasis.map((quasi) => quasi.value.raw).join('0');
      if (keyShape.test(shape)) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, 'only src/cell builds Redis keys'));
};

/** Elsewhere the environment is only handed over, by a process to `readConfig`. */
export const environmentIsReadOnce: Rule = (source) => {
  const { path } = source;
  if (
    !path.startsWith('src/') ||
    path === 'src/platform/config/read-config.ts' ||
    !isScript(source)
  )
    return [];
  const reads: number[] = [];
  const handedOver = new Set<number>();
  new Visitor({
    MemberExpression: (node) => {
      if (isEnvironment(node)) reads.push(node.start);
    },
    VariableDeclarator: ({ init, start }) => {
      if (init && nameOf(init) === 'process') reads.push(start);
    },
    ImportDeclaration: ({ source: { value }, start }) => {
      if (value === 'process' || value === 'node:process') reads.push(start);
    },
    CallExpression: ({ callee, arguments: given }) => {
      const isWiring = path.startsWith('src/process/') && nameOf(callee) === 'readConfig';
      if (isWiring) for (const argument of given) handedOver.add(argument.start);
    },
  }).visit(parse(source));
  const wrong = reads.filter((offset) => !handedOver.has(offset));
  return wrong.map((offset) => {
    return fault(source, offset, 'only src/platform/config/read-config.ts reads the environment');
  });
};

const clockNames = /^(performance|hrtime|setTimeout|setInterval|Date)$/;
const clockPackages = /^(node:)?(timers|perf_hooks)/;
/** Converts between milliseconds and text; it may name `Date`, which reads no clock there. */
const conversions = 'src/domain/timestamps.ts';
/** The same two for the pages. */
const ofPages = ['web/kit/time/browser-time.ts', 'web/kit/time/timestamps.ts'];

/** The time limit of a connection is Node's: no `Time` can set it. */
const isLimitOfSocket = ({ text }: Source, offset: number): boolean =>
  text.startsWith('setTimeout(', offset) && /\bsocket\.$/.test(text.slice(0, offset));

/** All other code takes a `Time`, so that a test or a simulation can pass its own. */
export const timeIsReadInOnePlace: Rule = (source) => {
  const { path } = source;
  const isClock = ['src/platform/time.ts', conversions, ...ofPages].includes(path);
  if (!/^(src|web)\//.test(path) || isClock || !isScript(source)) return [];
  const clock = path.startsWith('src/') ? 'src/platform/time.ts' : ofPages[0];
  const packages = importsOf(source).filter(({ name }) => clockPackages.test(name));
  const names = namesIn(source, clockNames).filter((offset) => !isLimitOfSocket(source, offset));
  const offsets = [...packages.map(({ offset }) => offset), ...names];
  new Visitor({
    MemberExpression: ({ object, property, start }) => {
      if (nameOf(object) === 'AbortSignal' && nameOf(property) === 'timeout') offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, `only ${clock} reads clocks`));
};

/** Processes and threads pass it on. Code that drives real servers waits in real time. */
const takesSystemTime = [
  /^src\/process\//,
  /^src\/platform\/(deadline|embedded\/|postgres|time\.ts)/,
  /^src\/service\/selling\/deal-thread\.ts$/,
];

export const systemTimeIsWired: Rule = (source) => {
  const { path } = source;
  if (!path.startsWith('src/') || takesSystemTime.some((place) => place.test(path))) return [];
  return namesIn(source, /^systemTime$/).map((offset) =>
    fault(source, offset, 'only a process passes on the time of the system'),
  );
};

/** Services, cells and the ledger know the port of src/platform/redis.ts, not its driver. */
export const redisIsAPort: Rule = (source) => {
  if (!/^src\/(cell|domain|http|ledger|outgoing|provider|service)\//.test(source.path)) return [];
  const wrong = importsOf(source).filter(({ name }) => /^(ioredis|bullmq)$/.test(name));
  return wrong.map(({ offset, name }) => fault(source, offset, `only drivers import ${name}`));
};

const opensConnections = /^(CellConnections|Client|Cluster|Pool|Redis|createPool|createRedis)$/;
/** Drivers declare them. Migrations, and the servers that we start, open one and close it. */
const ownConnections =
  /^src\/(platform\/(redis|postgres)\.ts|platform\/embedded\/|ledger\/migrate\.ts)/;

/** A process opens each connection and gives it to all others that need it. */
export const connectionsAreWired: Rule = (source) => {
  const { path } = source;
  const isWiring = path.startsWith('src/process/') || ownConnections.test(path);
  if (!path.startsWith('src/') || isWiring || !isScript(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    NewExpression: ({ callee, start }) => {
      if (opensConnections.test(calleeOf(callee))) offsets.push(start);
    },
    CallExpression: ({ callee, start }) => {
      if (opensConnections.test(calleeOf(callee))) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, 'only a process opens connections'));
};

/** Time passes in a test only while it waits for a condition. */
export const testsDoNotSleep: Rule = (source) => {
  if (!isTest(source) || source.path === 'tests/world/servers/wait-until.ts') return [];
  const offsets = importsOf(source)
    .filter(({ name }) => /^(node:)?timers/.test(name))
    .map(({ offset }) => offset);
  new Visitor({
    CallExpression: ({ callee, start }) => {
      if (/^(setTimeout|setInterval)$/.test(nameOf(callee))) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) => fault(source, offset, 'tests wait with `until`'));
};

/** A test that does not run, or that keeps others from running, promises nothing. */
export const testsAllRun: Rule = (source) => {
  if (!isTest(source)) return [];
  const offsets: number[] = [];
  new Visitor({
    MemberExpression: ({ object, property, start }) => {
      const isTestWord = /^(test|it|describe|suite)$/.test(rootOf(object));
      if (isTestWord && /^(skip|only|todo)$/.test(nameOf(property))) offsets.push(start);
    },
  }).visit(parse(source));
  return offsets.map((offset) =>
    fault(source, offset, 'no test is skipped, singled out or put off'),
  );
};

export const statementsStandAlone: Rule = ({ path, text }) => {
  if (!path.startsWith('sql/statements/')) return [];
  const bare = text.replaceAll(/--.*$|\/\*[^]*?\*\/|'(?:[^']|'')*'|(\$\w*\$)[^]*?\1/gm, '_');
  const statements = bare.split(';').filter((statement) => /[a-z]/i.test(statement));
  const count = statements.length;
  return count === 1 ? [] : [`${path}:1: holds ${count} statements instead of one`];
};

/** Where a name occurs, types apart. */
function namesIn(source: Source, name: RegExp): number[] {
  if (!isScript(source)) return [];
  const offsets: number[] = [];
  const types = new Set<number>();
  new Visitor({
    TSTypeReference: ({ typeName }) => void types.add(typeName.start),
    Identifier: (node) => {
      if (name.test(node.name)) offsets.push(node.start);
    },
  }).visit(parse(source));
  return offsets.filter((offset) => !types.has(offset));
}

function isTest(source: Source): boolean {
  return source.path.startsWith('tests/') && isScript(source);
}

function isEnvironment({ object, property }: ESTree.MemberExpression): boolean {
  if (nameOf(property) !== 'env') return false;
  return nameOf(object) === 'process' || object.type === 'MetaProperty';
}

/** The name of an identifier or of a property written as a string, else nothing. */
function nameOf(node: { type: string; name?: unknown; value?: unknown }): string {
  return String(node.name ?? node.value ?? '');
}

/** `Pool` of `new Pool()` and of `new pg.Pool()`. */
function calleeOf(node: ESTree.Expression | ESTree.Super): string {
  return nameOf(node.type === 'MemberExpression' ? node.property : node);
}

/** `test` of `test.each([1]).only`. */
function rootOf(node: ESTree.Expression | ESTree.Super): string {
  if (node.type === 'CallExpression') return rootOf(node.callee);
  return node.type === 'MemberExpression' ? rootOf(node.object) : nameOf(node);
}
