import { usePage, useWords } from '../../page/hooks.ts';
import { THEMES } from '../../page/kept-theme.ts';
import { kitWords } from '../../words/kit-words.ts';
import { LANGUAGES, NAMES } from '../../words/language.ts';
import { Choice } from './choice.tsx';

export function LanguageSwitch() {
  const { language } = usePage();
  const words = useWords(kitWords);
  return (
    <Choice
      label={words.language}
      value={language.current.value}
      options={LANGUAGES.map((value) => ({ value, text: NAMES[value] }))}
      onChoose={(value) => language.choose(value)}
    />
  );
}

export function ThemeSwitch() {
  const { theme } = usePage();
  const words = useWords(kitWords);
  return (
    <Choice
      label={words.theme}
      value={theme.current.value}
      options={THEMES.map((value) => ({ value, text: words.themes[value] }))}
      onChoose={(value) => theme.choose(value)}
    />
  );
}
