import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { usePage, useShortcut, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { orderPath } from '../desk/paths.ts';
import { offersOf } from '../desk/whole-sale.ts';
import { SelectField } from '../typed/select-field.tsx';
import { TextField } from '../typed/text-field.tsx';
import { FILTERS, STATES, isFiltered, isOrderId } from './filters.ts';
import type { Filters } from './filters.ts';
import { ordersWords } from './words.ts';

/** Finds an order by its id, or the orders of a shopper. */
export function OrderSearch({ shopper }: Pick<Filters, 'shopper'>) {
  const words = useWords(ordersWords);
  const { router } = usePage();
  const { sale } = useDesk();
  const text = useSignal(shopper);
  const input = useRef<HTMLInputElement>(null);
  useShortcut({ key: '/', label: words.shortcut, run: () => input.current?.focus() });
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const sought = text.value.trim();
    if (isOrderId(sought)) router.go(orderPath(sale.id, sought));
    else router.setQuery({ shopper: sought });
  };
  return (
    <form class="stack" role="search" onSubmit={onSubmit}>
      <div class="row">
        <label class="search">
          <span class="unseen">{words.search}</span>
          <input
            ref={input}
            type="search"
            autocomplete="off"
            spellcheck={false}
            placeholder={words.search}
            value={text.value}
            onInput={({ currentTarget }) => (text.value = currentTarget.value)}
          />
        </label>
        <Button submits>{words.go}</Button>
      </div>
      <p class="muted small">{words.searchHint}</p>
    </form>
  );
}

/** Filters of the list; all of them stand in the address. */
export function OrderFilters({ filters }: { readonly filters: Filters }) {
  const words = useWords(ordersWords);
  const { router } = usePage();
  const { sale, shownStore } = useDesk();
  const set = (change: Partial<Record<keyof Filters, string>>) => router.setQuery({ ...change });
  const states = STATES.map((value) => ({ value: String(value), text: words.states[value] }));
  const offers = offersOf(sale, shownStore).map(({ id, title }) => ({ value: id, text: title }));
  const clear = () => router.setQuery(Object.fromEntries(FILTERS.map((name) => [name, ''])));
  return (
    <fieldset class="filters">
      <legend class="unseen">{words.filters}</legend>
      <SelectField
        label={words.state}
        value={filters.state}
        options={[{ value: '', text: words.anyState }, ...states]}
        onChoose={(state) => set({ state })}
      />
      <SelectField
        label={words.offer}
        value={filters.offer}
        options={[{ value: '', text: words.anyOffer }, ...offers]}
        onChoose={(offer) => set({ offer })}
      />
      <TextField label={words.from} value={filters.from} onType={(from) => set({ from })} isTime />
      <TextField
        label={words.until}
        value={filters.until}
        onType={(until) => set({ until })}
        isTime
      />
      {isFiltered(filters) && <Button onPress={clear}>{words.clear}</Button>}
    </fieldset>
  );
}
