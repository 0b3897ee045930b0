// How many columns a text takes on a terminal, and texts cut to a width.

type Measure = (text: string) => number;

const PLAIN = /^[\x20-\x7e]*$/;
// A cache of the loaded module, not state: it only ever goes from unknown to known.
let measureWide: Measure | undefined;

/** Loads the table of wide characters when one of the texts needs it: nearly none does, and loading takes 30 ms. */
export async function prepareWidths(texts: Iterable<string>): Promise<void> {
  if (measureWide !== undefined) return;
  for (const text of texts) {
    if (PLAIN.test(text)) continue;
    measureWide = (await import('string-width')).default;
    return;
  }
}

export function textWidth(text: string): number {
  return measureWide === undefined || PLAIN.test(text) ? text.length : measureWide(text);
}

/** The text in at most `width` columns; where something had to go, an ellipsis stands in the middle: names differ at their ends. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 1) return '…'.slice(0, Math.max(0, width));
  const characters = [...text];
  const tail: string[] = [];
  const head: string[] = [];
  let room = width - 1;
  const tailRoom = Math.floor(room / 2);
  let used = 0;
  for (let i = characters.length - 1; i >= 0; i--) {
    const w = textWidth(characters[i] ?? '');
    if (used + w > tailRoom) break;
    tail.unshift(characters[i] ?? '');
    used += w;
  }
  room -= used;
  used = 0;
  for (const character of characters) {
    const w = textWidth(character);
    if (used + w > room) break;
    head.push(character);
    used += w;
  }
  return `${head.join('')}…${tail.join('')}`;
}

/** The first `width` columns of a line. */
export function cutLine(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const w = textWidth(character);
    if (used + w > width) break;
    kept += character;
    used += w;
  }
  return kept;
}

export function padText(text: string, width: number, right: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - textWidth(text)));
  return right ? gap + text : text + gap;
}
