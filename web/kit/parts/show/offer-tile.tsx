import { useState } from 'preact/hooks';

interface OfferTileProps {
  readonly id: string;
  readonly title: string;
  /** The address of its picture; null: none. */
  readonly image: string | null;
}

const CIRCLE = 360;
const PRIME = 31;
/** How far apart the two hues of a tile are. */
const APART = 55;
const MAX_INITIALS = 2;

/** A hue by id: the same offer looks the same everywhere. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * PRIME + character.codePointAt(0)!) % (CIRCLE * PRIME);
  return hash % CIRCLE;
}

/** The first letters of the first two words; of a text without spaces, its first character. */
export function initialsOf(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.slice(0, MAX_INITIALS).map((word) => [...word][0]!.toUpperCase());
  return letters.join('');
}

/** The picture of an offer, or what stands for one that is missing or does not come. */
export function OfferTile({ id, title, image }: OfferTileProps) {
  const [broken, setBroken] = useState<string | null>(null);
  if (image === null || image === broken) return <DrawnTile id={id} title={title} />;
  return (
    <img
      class="tile"
      src={image}
      alt=""
      width="160"
      height="120"
      loading="lazy"
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => setBroken(image)}
    />
  );
}

/** Drawn from the id. It says nothing that the title does not say. */
function DrawnTile({ id, title }: Omit<OfferTileProps, 'image'>) {
  const hue = hueOf(id);
  const other = (hue + APART) % CIRCLE;
  return (
    <svg class="tile" viewBox="0 0 160 120" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="160" height="120" fill={`oklch(0.9 0.06 ${hue})`} />
      <path d="M0 120 L160 40 V120 Z" fill={`oklch(0.83 0.09 ${other})`} />
      <text
        x="80"
        y="76"
        text-anchor="middle"
        font-size="44"
        font-weight="600"
        fill={`oklch(0.33 0.08 ${hue})`}
      >
        {initialsOf(title)}
      </text>
    </svg>
  );
}
