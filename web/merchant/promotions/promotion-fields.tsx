import type { SpentBudget } from '../../../client/index.ts';
import { useWords } from '../../kit/page/hooks.ts';
import { Check } from '../../kit/parts/ask/check.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { offersOf } from '../desk/whole-sale.ts';
import type { SaveProblem } from '../saving/save-problem.ts';
import { useFaultAt } from '../saving/use-fault-at.ts';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import { EffectFields } from './effect-fields.tsx';
import type { EffectFaults } from './typed-effect.ts';
import type { TypedPromotion } from './typed-promotion.ts';
import { promotionsWords } from './words.ts';

interface PromotionFieldsProps {
  readonly typed: TypedPromotion;
  readonly faults: EffectFaults;
  readonly problem: SaveProblem | null;
  readonly budgets: readonly SpentBudget[];
  /** The promotion exists: its id stays. */
  readonly isOld: boolean;
  readonly onType: (change: Partial<TypedPromotion>) => void;
}

/** An order's own red packet and points work in layers of these names. */
const TENDERS: readonly string[] = ['red_packet', 'points'];
/** More offers are chosen by category. */
const OFFERS_MOST = 100;

function Offers({ typed, onType }: Pick<PromotionFieldsProps, 'typed' | 'onType'>) {
  const { form: words } = useWords(promotionsWords);
  const { sale, shownStore } = useDesk();
  const toggle = (id: string, isOn: boolean) => {
    const others = typed.offers.filter((one) => one !== id);
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
            isOn={typed.offers.includes(id)}
            onSwitch={(isOn) => toggle(id, isOn)}
          />
        ))}
    </fieldset>
  );
}

function Payment({ typed, budgets, problem, onType }: PromotionFieldsProps) {
  const { form: words, noBudget, budget, ...names } = useWords(promotionsWords);
  const { isOperator } = useDesk();
  const options = budgets.map(({ id }) => ({ value: id, text: id }));
  const faultAt = useFaultAt(problem);
  const funders = (['platform', 'store'] as const).map((value) => ({ value, text: names[value] }));
  return (
    <>
      {isOperator && (
        <SelectField
          label={words.funder}
          value={typed.funder}
          options={funders}
          onChoose={(funder) => onType({ funder })}
          error={faultAt('/funder')}
        />
      )}
      <SelectField
        label={budget}
        value={typed.budget}
        options={[{ value: '', text: noBudget }, ...options]}
        onChoose={(chosen) => onType({ budget: chosen })}
        error={faultAt('/budget')}
        isOptional
      />
    </>
  );
}

/** All that a promotion says, one field each. */
export function PromotionFields(props: PromotionFieldsProps) {
  const { typed, faults, problem, isOld, onType } = props;
  const { form: words, id: idName, layer: layerName } = useWords(promotionsWords);
  const { sale, isOperator } = useDesk();
  const layers = sale.layers.filter(({ name }) => isOperator || !TENDERS.includes(name));
  const error = useFaultAt(problem);
  return (
    <div class="stack">
      <TextField
        label={idName}
        hint={words.idHint}
        value={typed.id}
        onType={(id) => onType({ id })}
        isFixed={isOld}
        error={typed.id !== '' && faults['id'] ? words.idHint : null}
      />
      <EffectFields
        typed={typed.effect}
        faults={faults}
        problem={problem}
        onType={(change) => onType({ effect: { ...typed.effect, ...change } })}
      />
      <SelectField
        label={layerName}
        hint={words.layerHint}
        value={typed.layer}
        options={layers.map(({ name }) => ({ value: name, text: name }))}
        onChoose={(layer) => onType({ layer })}
        error={error('/layer')}
      />
      <Offers typed={typed} onType={onType} />
      <TextField
        label={words.categories}
        hint={words.listHint}
        value={typed.categories}
        onType={(categories) => onType({ categories })}
        error={error('/categories')}
        isOptional
      />
      {isOperator && (
        <TextField
          label={words.stores}
          hint={words.listHint}
          value={typed.stores}
          onType={(stores) => onType({ stores })}
          error={error('/stores')}
          isOptional
        />
      )}
      <Check label={words.coupon} isOn={typed.coupon} onSwitch={(coupon) => onType({ coupon })} />
      <Check
        label={words.fullPriceOnly}
        isOn={typed.fullPriceOnly}
        onSwitch={(fullPriceOnly) => onType({ fullPriceOnly })}
      />
      <Payment {...props} />
    </div>
  );
}
