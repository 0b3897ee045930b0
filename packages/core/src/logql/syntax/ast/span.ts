// Where a part of a query stands in its text.

/** Offsets into the query text in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
