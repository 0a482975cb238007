import { useWords } from '../../kit/page/hooks.ts';
import { useFieldName, useFieldText } from './use-field-text.ts';
import { changesWords } from './words.ts';
import type { ChangedField } from './changed-fields.ts';

interface BeforeAfterProps {
  readonly fields: readonly (Pick<ChangedField, 'name'> & Partial<ChangedField>)[];
  /** There was no such thing before. */
  readonly isNew: boolean;
}

/** Some fields, each before and after a change. */
export function BeforeAfter({ fields, isNew }: BeforeAfterProps) {
  const words = useWords(changesWords);
  const textOf = useFieldText();
  const fieldName = useFieldName();
  return (
    <dl class="facts">
      {fields.map(({ name, before, after }) => (
        <div key={name}>
          <dt>{fieldName(name)}</dt>
          <dd>
            {!isNew && (
              <>
                <del>
                  <span class="unseen">{words.was}: </span>
                  {textOf(name, before)}
                </del>{' '}
                <span aria-hidden="true">→</span>{' '}
              </>
            )}
            <ins>
              <span class="unseen">{words.is}: </span>
              {textOf(name, after)}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
