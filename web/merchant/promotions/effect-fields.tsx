import { useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { useFaultAt } from '../saving/use-fault-at.ts';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import { EFFECT_KINDS } from './typed-effect.ts';
import type { TypedEffect, EffectFaults, EffectField, EffectKind } from './typed-effect.ts';
import { promotionsWords } from './words.ts';

interface EffectFieldsProps {
  readonly typed: TypedEffect;
  readonly faults: EffectFaults;
  /** What the service does not accept of it. */
  readonly problem: SaveProblem | null;
  readonly onType: (change: Partial<TypedEffect>) => void;
}

type FieldName = Exclude<EffectField, 'gift'>;

/** The fields of each kind, in order; steps and the choice of a gift have parts of their own. */
const FIELDS: Readonly<Record<EffectKind, readonly FieldName[]>> = {
  percent: ['percent', 'most', 'from'],
  fixed: ['off', 'from'],
  every: ['every', 'off', 'times'],
  tiers: [],
  freeUnits: ['groupOf', 'free'],
  gift: ['giftUnits', 'from'],
};

/** What the API calls a field. */
const POINTERS: Readonly<Record<FieldName, string>> = {
  percent: 'bps',
  off: 'off',
  from: 'from',
  most: 'cap',
  every: 'every',
  times: 'times',
  groupOf: 'every',
  free: 'free',
  giftUnits: 'quantity',
};

const OPTIONAL: readonly string[] = ['most', 'times'];
const COUNTS: readonly string[] = ['times', 'groupOf', 'free', 'giftUnits'];
const TIERS_MOST = 10;

/** An empty field is not marked as wrong: it only keeps the form from saving. */
const isTyped = (text: string): boolean => text.trim() !== '';

function Tiers({ typed, faults, onType }: EffectFieldsProps) {
  const { form: words } = useWords(promotionsWords);
  const { tiers } = typed;
  const set = (at: number, change: { from?: string; off?: string }) =>
    onType({ tiers: tiers.map((tier, i) => (i === at ? { ...tier, ...change } : tier)) });
  return (
    <>
      {tiers.map(({ from, off }, i) => {
        const fault = faults[`tiers.${i}`];
        const error = fault && isTyped(from) && isTyped(off) ? words.faults[fault] : null;
        return (
          <div class="pair" key={i}>
            <TextField
              label={words.tierFrom(i + 1)}
              keys="decimal"
              value={from}
              onType={(text) => set(i, { from: text })}
              error={error}
            />
            <TextField
              label={words.tierOff(i + 1)}
              keys="decimal"
              value={off}
              onType={(text) => set(i, { off: text })}
            />
          </div>
        );
      })}
      {tiers.length < TIERS_MOST && (
        <div>
          <Button onPress={() => onType({ tiers: [...tiers, { from: '', off: '' }] })}>
            {words.addTier}
          </Button>
        </div>
      )}
    </>
  );
}

function Gift({ typed, faults, onType }: EffectFieldsProps) {
  const { form: words } = useWords(promotionsWords);
  const { sale, shownStore } = useDesk();
  const offers = offersOf(sale, shownStore).map(({ id, title }) => ({ value: id, text: title }));
  return (
    <SelectField
      label={words.gift}
      value={typed.gift}
      options={[{ value: '', text: words.choose }, ...offers]}
      onChoose={(gift) => onType({ gift })}
      error={typed.gift !== '' && faults['gift'] ? words.faults.missing : null}
    />
  );
}

/** What the promotion takes off: its kind, and the fields of that kind. */
export function EffectFields(props: EffectFieldsProps) {
  const { typed, faults, problem, onType } = props;
  const { form: words } = useWords(promotionsWords);
  const faultAt = useFaultAt(problem);
  const errorOf = (name: FieldName): string | null => {
    const fault = faults[name];
    if (fault !== undefined) return isTyped(typed[name]) ? words.faults[fault] : null;
    return faultAt(`/effect/${POINTERS[name]}`);
  };
  const mayBeEmpty = (name: FieldName): boolean =>
    OPTIONAL.includes(name) || (name === 'from' && typed.kind !== 'gift');
  return (
    <div class="fields">
      <SelectField
        label={words.kind}
        value={typed.kind}
        options={EFFECT_KINDS.map((value) => ({ value, text: words.kinds[value] }))}
        onChoose={(kind) => onType({ kind })}
      />
      {typed.kind === 'tiers' && <Tiers {...props} />}
      {typed.kind === 'gift' && <Gift {...props} />}
      {FIELDS[typed.kind].map((name) => (
        <TextField
          key={name}
          label={words[name]}
          keys={COUNTS.includes(name) ? 'numeric' : 'decimal'}
          value={typed[name]}
          onType={(text) => onType({ [name]: text })}
          error={errorOf(name)}
          isOptional={mayBeEmpty(name)}
        />
      ))}
    </div>
  );
}
