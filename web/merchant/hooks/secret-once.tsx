import { useWords } from '../../kit/page/hooks.ts';
import { CopyButton } from '../desk/copy-button.tsx';
import { hooksWords } from './words.ts';

/** A secret that no later answer shows again. It is never kept in the tab. */
export function SecretOnce({ secret }: { readonly secret: string }) {
  const { secret: words } = useWords(hooksWords);
  return (
    <div class="notice notice-warn" role="status">
      <p>
        <strong>{words.title}</strong>
      </p>
      <p class="row">
        <code>{secret}</code>
        <CopyButton text={secret} />
      </p>
      <p class="small">{words.body}</p>
    </div>
  );
}
