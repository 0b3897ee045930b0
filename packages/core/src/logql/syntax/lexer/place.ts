// Where an offset of a text is: line and column as Go's scanner counts them, characters from 1.

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** For offsets that only grow: each is found from the one before, so a whole text costs one walk. */
export function placeFinder(text: string): (offset: number) => Place {
  let line = 1;
  let column = 1;
  let at = 0;
  return (offset) => {
    // Nothing was read yet: the empty text has no line at all.
    if (text === '') return { line: 0, column: 0 };
    while (at < offset) {
      const code = text.codePointAt(at) ?? 0;
      at += code > 0xffff ? 2 : 1;
      if (code === 0x0a) {
        line += 1;
        column = 1;
      } else column += 1;
    }
    return { line, column };
  };
}
