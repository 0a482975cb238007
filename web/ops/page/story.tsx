import { useWords } from '../../kit/page/hooks.ts';
import { EmptyState } from '../../kit/parts/tell/empty-state.tsx';
import { matchPath } from '../../kit/routing/match.ts';
import { kitWords } from '../../kit/words/kit-words.ts';
import { CallsStory } from '../stories/calls-story.tsx';
import { ChangesStory } from '../stories/changes-story.tsx';
import { LetterStory } from '../letters/letter-story.tsx';
import { LettersStory } from '../letters/letters-story.tsx';
import { ProcessesStory } from '../stories/processes-story.tsx';
import { SaleStory } from '../sales/sale-story.tsx';
import { SalesStory } from '../sales/sales-story.tsx';
import { SecurityStory } from '../stories/security-story.tsx';

/** What stands behind the tiles, by its path. */
export function Story({ path }: { readonly path: string }) {
  const { notFound } = useWords(kitWords);
  if (matchPath('/ops/sales', path)) return <SalesStory />;
  if (matchPath('/ops/dead-letters', path)) return <LettersStory />;
  if (matchPath('/ops/calls', path)) return <CallsStory />;
  if (matchPath('/ops/changes', path)) return <ChangesStory />;
  if (matchPath('/ops/security', path)) return <SecurityStory />;
  if (matchPath('/ops/processes', path)) return <ProcessesStory />;
  const sale = matchPath('/ops/sales/:sale', path)?.['sale'];
  if (sale !== undefined) return <SaleStory key={sale} sale={sale} />;
  const letter = matchPath('/ops/dead-letters/:letter', path)?.['letter'];
  if (letter !== undefined) return <LetterStory key={letter} letter={letter} />;
  return <EmptyState title={notFound.title} body={notFound.body} />;
}
