// Whether SQL needs the lines themselves, the largest column by far. A statement or a condition of one in, yes or no out.

/** A literal with the word in it passes for the column too: then more is refused, remembered or left out of a cache than had to be. */
export const readsLine = (sql: string): boolean => /\bline\b/.test(sql);
