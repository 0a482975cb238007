import { createInterface } from 'node:readline/promises';
import { EXIT } from '../exit-codes.ts';

/**
 * Asks the person at the terminal to type a word.
 * @returns false after another answer, and when nobody is at a terminal
 */
export async function isConfirmed(question: string, word: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal sends no signal while it is asked.
  asking.on('SIGINT', () => process.exit(EXIT.interrupted));
  // Ctrl-D aborts the question: no answer.
  const answer = await asking.question(`${question} Type "${word}": `).catch(() => '');
  asking.close();
  return answer.trim() === word;
}
