import type { RedisLoad } from '../../../client/index.ts';
import { useFormats, useWords } from '../../kit/page/hooks.ts';
import { opsWords } from '../words.ts';
import { useMeasures } from './measures.ts';

/** How the page writes the load of a Redis. A dash: the server does not say it. */
export interface RedisFigures {
  cpu(load: RedisLoad): string;
  memory(load: RedisLoad): string;
  commands(load: RedisLoad): string;
}

const orDash = (value: number | null, write: (value: number) => string): string =>
  value === null ? '–' : write(value);

export function useRedisFigures(): RedisFigures {
  const { percent } = useFormats();
  const { bytes, rate } = useMeasures();
  const { figures } = useWords(opsWords);
  return {
    cpu: ({ cpuShare }) => orDash(cpuShare, percent),
    memory: ({ usedBytes, maxBytes }) => {
      const used = orDash(usedBytes, bytes);
      return maxBytes === null ? figures.memory(used) : figures.memoryOf(used, bytes(maxBytes));
    },
    commands: ({ commandsPerSecond }) => figures.commands(orDash(commandsPerSecond, rate)),
  };
}
