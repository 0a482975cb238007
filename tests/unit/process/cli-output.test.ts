import { expect, test } from 'vitest';
import { Output, SILENT_MS } from '../../../src/process/cli/output.ts';

/** An output that keeps what is printed, and a clock that runs when it is told to. */
function stage(isJson: boolean) {
  const printed: string[] = [];
  const to = (name: string) => ({ write: (text: string) => printed.push(`${name}: ${text}`) });
  const streams = {
    stdout: to('out'),
    stderr: to('err'),
    exitCode: undefined as number | undefined,
  };
  const clock = { ms: 0, task: () => {} };
  const time = {
    monotonic: () => clock.ms,
    every: (_: number, task: () => void) => {
      clock.task = task;
      return () => (clock.task = () => {});
    },
  };
  const pass = (ms: number) => {
    clock.ms += ms;
    clock.task();
  };
  return { printed, streams, pass, out: new Output(isJson, streams, time) };
}

const table = { empty: 'nothing', table: () => 'a table' };

test('an answer is printed for people, or as a document', () => {
  const [people, programs] = [stage(false), stage(true)];
  for (const { out } of [people, programs]) {
    out.say('opened', { state: 'open' });
    out.list([1, 2], table, (item) => ({ item }));
    out.list([], table);
  }
  expect(people.printed).toEqual(['out: opened\n', 'out: a table\n', 'out: nothing\n']);
  expect(programs.printed).toEqual(
    ['{"state":"open"}', '{"item":1}', '{"item":2}'].map((line) => `out: ${line}\n`),
  );
});

test('a fault goes to standard error and sets the exit code', () => {
  const [people, programs] = [stage(false), stage(true)];
  for (const { out } of [people, programs]) out.fail(['one', 'two'], 'conflict');
  expect(people.printed).toEqual(['err: one\ntwo\n']);
  expect(programs.printed).toEqual(['err: {"error":"one\\ntwo","code":"conflict"}\n']);
  expect([people.streams.exitCode, programs.streams.exitCode]).toEqual([1, 1]);
});

test('work that prints nothing for two seconds is said to go on while it does', async () => {
  const { out, printed, pass } = stage(false);
  await out.during('sale open', async () => {
    pass(SILENT_MS);
    out.note('cell 3');
    pass(SILENT_MS - 1);
    pass(1);
  });
  pass(SILENT_MS);
  expect(printed).toEqual([
    'err: sale open: at work for 2 s\n',
    'err: cell 3\n',
    'err: sale open: at work for 4 s\n',
  ]);
});
