import { ProgramRun } from '../programs/program-run.ts';

/** A process of the service under way, and what it has said so far. */
export class ServiceRun extends ProgramRun {
  /** @param folder the working copy to run in; default: the repository */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>, folder?: string) {
    super(['src/process/main.ts', ...args], { PORT: '0', ...env }, folder);
  }

  /** Waits until it listens. @returns its URL */
  async url(): Promise<string> {
    const [, url] = await this.said(/"url":"([^"]+)","msg":"\w+ listening"/);
    return url!;
  }
}
