// Go's time layouts (`2006-01-02T15:04:05.000Z07:00`) cut into the pieces that formatting and parsing share.
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export interface LayoutPiece {
  readonly kind: 'literal' | 'piece' | 'fraction';
  readonly text: string;
}

/** Longest first where one starts with another. */
const PIECES = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '2006',
  '002',
  '__2',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  '_2',
  'PM',
  'pm',
  '-07:00:00',
  '-07:00',
  '-070000',
  '-0700',
  '-07',
  'Z07:00:00',
  'Z07:00',
  'Z070000',
  'Z0700',
  'Z07',
  '1',
  '2',
  '3',
  '4',
  '5',
];
const FRACTION = /^[.,](?:0+|9+)(?![0-9])/;

export function splitLayout(layout: string): LayoutPiece[] {
  const pieces: LayoutPiece[] = [];
  let literal = '';
  let at = 0;
  while (at < layout.length) {
    const rest = layout.slice(at, at + 32);
    const fraction = FRACTION.exec(rest)?.[0];
    const piece = fraction ?? PIECES.find((one) => rest.startsWith(one) && !isWordGoingOn(one, rest));
    if (piece === undefined) {
      literal += layout[at];
      at += 1;
      continue;
    }
    if (literal !== '') pieces.push({ kind: 'literal', text: literal });
    literal = '';
    pieces.push({ kind: fraction === undefined ? 'piece' : 'fraction', text: piece });
    at += piece.length;
  }
  if (literal !== '') pieces.push({ kind: 'literal', text: literal });
  return pieces;
}

/** `Janet` is no month, and the 2 of `_2006` belongs to the year. */
function isWordGoingOn(piece: string, rest: string): boolean {
  const next = rest[piece.length] ?? '';
  if (piece === 'Jan' || piece === 'Mon') return /[a-z]/.test(next);
  return piece === '_2' && rest.startsWith('_2006');
}
