import type { SpentBudget } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import { faultAt } from '../saving/save-problem.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { Check } from '../typed/check.tsx';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import { EffectFields } from './effect-fields.tsx';
import type { EffectFaults } from './effect-draft.ts';
import type { PromotionDraft } from './promotion-draft.ts';
import { promotionsWords } from './words.ts';

interface PromotionFieldsProps {
  readonly draft: PromotionDraft;
  readonly faults: EffectFaults;
  readonly problem: SaveProblem | null;
  readonly budgets: readonly SpentBudget[];
  /** The promotion exists: its id stays. */
  readonly isOld: boolean;
  readonly onType: (change: Partial<PromotionDraft>) => void;
}

/** An order's own red packet and points work in layers of these names. */
const TENDERS: readonly string[] = ['red_packet', 'points'];
/** More offers are chosen by category. */
const OFFERS_MOST = 100;

function Offers({ draft, onType }: Pick<PromotionFieldsProps, 'draft' | 'onType'>) {
  const { form: words } = useWords(promotionsWords);
  const { sale, shownStore } = useDesk();
  const toggle = (id: string, isOn: boolean) => {
    const others = draft.offers.filter((one) => one !== id);
    onType({ offers: isOn ? [...others, id] : others });
  };
  return (
    <fieldset class="checks">
      <legend>{words.offers}</legend>
      <p class="muted small">{words.offersHint}</p>
      {offersOf(sale, shownStore)
        .slice(0, OFFERS_MOST)
        .map(({ id, title }) => (
          <Check
            key={id}
            label={title}
            isOn={draft.offers.includes(id)}
            onSwitch={(isOn) => toggle(id, isOn)}
          />
        ))}
    </fieldset>
  );
}

function Payment({ draft, budgets, problem, onType }: PromotionFieldsProps) {
  const { form: words, noBudget, budget, ...names } = useWords(promotionsWords);
  const { isOperator } = useDesk();
  const options = budgets.map(({ id }) => ({ value: id, text: id }));
  const funders = (['platform', 'store'] as const).map((value) => ({ value, text: names[value] }));
  return (
    <>
      {isOperator && (
        <SelectField
          label={words.funder}
          value={draft.funder}
          options={funders}
          onChoose={(funder) => onType({ funder })}
          error={problem && faultAt(problem, '/funder')}
        />
      )}
      <SelectField
        label={budget}
        value={draft.budget}
        options={[{ value: '', text: noBudget }, ...options]}
        onChoose={(chosen) => onType({ budget: chosen })}
        error={problem && faultAt(problem, '/budget')}
        isOptional
      />
    </>
  );
}

/** All that a promotion says, one field each. */
export function PromotionFields(props: PromotionFieldsProps) {
  const { draft, faults, problem, isOld, onType } = props;
  const { form: words, id: idName, layer: layerName } = useWords(promotionsWords);
  const { sale, isOperator } = useDesk();
  const layers = sale.layers.filter(({ name }) => isOperator || !TENDERS.includes(name));
  const error = (pointer: string) => problem && faultAt(problem, pointer);
  return (
    <div class="stack">
      <TextField
        label={idName}
        hint={words.idHint}
        value={draft.id}
        onType={(id) => onType({ id })}
        isFixed={isOld}
        error={draft.id !== '' && faults['id'] ? words.idHint : null}
      />
      <EffectFields
        draft={draft.effect}
        faults={faults}
        problem={problem}
        onType={(change) => onType({ effect: { ...draft.effect, ...change } })}
      />
      <SelectField
        label={layerName}
        hint={words.layerHint}
        value={draft.layer}
        options={layers.map(({ name }) => ({ value: name, text: name }))}
        onChoose={(layer) => onType({ layer })}
        error={error('/layer')}
      />
      <Offers draft={draft} onType={onType} />
      <TextField
        label={words.categories}
        hint={words.listHint}
        value={draft.categories}
        onType={(categories) => onType({ categories })}
        error={error('/categories')}
        isOptional
      />
      {isOperator && (
        <TextField
          label={words.stores}
          hint={words.listHint}
          value={draft.stores}
          onType={(stores) => onType({ stores })}
          error={error('/stores')}
          isOptional
        />
      )}
      <Check label={words.coupon} isOn={draft.coupon} onSwitch={(coupon) => onType({ coupon })} />
      <Check
        label={words.fullPriceOnly}
        isOn={draft.fullPriceOnly}
        onSwitch={(fullPriceOnly) => onType({ fullPriceOnly })}
      />
      <Payment {...props} />
    </div>
  );
}
