import { useSignal } from '@preact/signals';
import { answerOf, deleteWebhook, rotateWebhook, testWebhook } from '../../../client/index.ts';
import type { Delivery, Webhook } from '../../../client/index.ts';
import { usePage, useWords } from '../../kit/page/hooks.ts';
import { Button } from '../../kit/parts/ask/button.tsx';
import { useDesk } from '../desk/desk-context.ts';
import { Part } from '../desk/part.tsx';
import { viewPath } from '../desk/paths.ts';
import { SaveFailed } from '../saving/save-failed.tsx';
import { useActing, useSaving } from '../saving/use-saving.ts';
import { savingWords } from '../saving/words.ts';
import { hookChange } from './hook-form.tsx';
import { SecretOnce } from './secret-once.tsx';
import { hooksWords } from './words.ts';

interface HookActionsProps {
  readonly hook: Webhook;
  /** Reads endpoint and deliveries again. */
  readonly onChanged: () => void;
}

/** Any version: whether it is enabled does not depend on its address. */
const ANY = '*';

function Switch({ hook, onChanged }: HookActionsProps) {
  const words = useWords(hooksWords);
  const page = usePage();
  const { sale, ownStore } = useDesk();
  const saving = useSaving<Webhook, Webhook>();
  const state = saving.now.value;
  const set = async (enabled: boolean) => {
    const name = { sale: sale.id, webhook: hook.id, owner: ownStore };
    if (await saving.run(hookChange(page, name, ANY, { enabled }))) onChanged();
  };
  return (
    <>
      <Button isOff={state.kind === 'saving'} onPress={() => void set(!hook.enabled)}>
        {hook.enabled ? words.disable : words.enable}
      </Button>
      {hook.enabled && <span class="muted small">{words.disableHint}</span>}
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
    </>
  );
}

function Test({ hook, onChanged }: HookActionsProps) {
  const { test: words } = useWords(hooksWords);
  const { connection } = usePage();
  const { sale } = useDesk();
  const acting = useActing();
  const sent = useSignal<Delivery | null>(null);
  const state = acting.now.value;
  const send = () =>
    acting.run(async () => {
      const path = { sale: sale.id, webhook: hook.id };
      sent.value = await answerOf(testWebhook({ client: connection.change, path }));
      onChanged();
    });
  const outcome = sent.value;
  return (
    <>
      <Button isOff={state.kind === 'busy'} onPress={() => void send()}>
        {state.kind === 'busy' ? words.sending : words.send}
      </Button>
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
      {state.kind === 'done' && outcome && (
        <p role="status">
          {outcome.state === 'done' ? words.accepted : words.failed(outcome.error ?? outcome.state)}
        </p>
      )}
    </>
  );
}

interface SureProps {
  readonly text: string;
  readonly sure: string;
  readonly hint: string;
  readonly isBusy: boolean;
  readonly onSure: () => void;
}

/** An action that asks once more, in the same place. */
function Sure({ text, sure, hint, isBusy, onSure }: SureProps) {
  const shared = useWords(savingWords);
  const isAsking = useSignal(false);
  const answer = () => {
    isAsking.value = false;
    onSure();
  };
  return (
    <>
      <p class="muted small">{hint}</p>
      {isAsking.value ? (
        <div class="row">
          <Button kind="main" isOff={isBusy} onPress={answer}>
            {sure}
          </Button>
          <Button onPress={() => (isAsking.value = false)}>{shared.cancel}</Button>
        </div>
      ) : (
        <div>
          <Button isOff={isBusy} onPress={() => (isAsking.value = true)}>
            {text}
          </Button>
        </div>
      )}
    </>
  );
}

function Secret({ hook }: Pick<HookActionsProps, 'hook'>) {
  const { secret: words } = useWords(hooksWords);
  const { connection } = usePage();
  const { sale } = useDesk();
  const acting = useActing();
  const secret = useSignal<string | null>(null);
  const state = acting.now.value;
  const rotate = () =>
    acting.run(async () => {
      const path = { sale: sale.id, webhook: hook.id };
      const made = await answerOf(rotateWebhook({ client: connection.change, path }));
      secret.value = made.secret ?? null;
    });
  return (
    <Part id="secret" level={3} title={words.title}>
      <Sure
        text={words.rotate}
        sure={words.sure}
        hint={words.rotateHint}
        isBusy={state.kind === 'busy'}
        onSure={() => void rotate()}
      />
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
      {secret.value !== null && <SecretOnce secret={secret.value} />}
    </Part>
  );
}

function Remove({ hook }: Pick<HookActionsProps, 'hook'>) {
  const { remove: words } = useWords(hooksWords);
  const { connection, router, announcer } = usePage();
  const { sale } = useDesk();
  const acting = useActing();
  const state = acting.now.value;
  const remove = () =>
    acting.run(async () => {
      const path = { sale: sale.id, webhook: hook.id };
      await answerOf(deleteWebhook({ client: connection.change, path }));
      announcer.tell(words.done(hook.id));
      router.go(viewPath(sale.id, 'hooks'));
    });
  return (
    <Part id="remove" level={3} title={words.title}>
      <Sure
        text={words.title}
        sure={words.sure}
        hint={words.body}
        isBusy={state.kind === 'busy'}
        onSure={() => void remove()}
      />
      {state.kind === 'failed' && <SaveFailed problem={state.problem} />}
    </Part>
  );
}

/** What may be done at once, above the deliveries. */
export function HookSwitches(props: HookActionsProps) {
  return (
    <div class="row">
      <Switch {...props} />
      <Test {...props} />
    </div>
  );
}

/** What is done seldom, below everything else. */
export function HookEnd({ hook }: Pick<HookActionsProps, 'hook'>) {
  return (
    <>
      <Secret hook={hook} />
      <Remove hook={hook} />
    </>
  );
}
