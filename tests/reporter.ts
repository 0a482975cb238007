import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output with `N passed, M failed`, for those who read only the last line. A file that
 * could not run, an error outside of any test and a run that could not begin count as failures.
 */
export default class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const failed = tests.filter((test) => test.result().state === 'failed').length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const faults = failed + broken + errors.length;
    process.once('exit', (code) => {
      const least = code === 0 ? 0 : 1;
      process.stdout.write(`${passed} passed, ${Math.max(faults, least)} failed\n`);
    });
  }
}
