// Whether a condition of a plan needs the lines themselves, the largest column by far. SQL in, yes or no out.

/** A literal with the word in it passes for the column too: then more is refused or remembered than had to be. */
export const readsLine = (sql: string): boolean => /\bline\b/.test(sql);
