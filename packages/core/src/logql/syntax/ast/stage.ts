// The stages of a log pipeline.
import type { Condition } from './condition.ts';
import type { Matcher } from './matcher.ts';
import type { Span } from './span.ts';

export type Stage =
  | LineFilter
  | JsonParser
  | LogfmtParser
  | RegexpParser
  | PatternParser
  | Unpack
  | LabelFilter
  | LineFormat
  | LabelFormat
  | Drop
  | Keep
  | Decolorize;

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

/** `|= "a" or "b"`: with `|…` any alternative is enough, with `!…` none may be there. */
export interface LineFilter {
  readonly kind: 'lineFilter';
  readonly span: Span;
  readonly operator: LineFilterOperator;
  /** Never empty. `ip` only with `|=` and `!=`. */
  readonly alternatives: readonly LineFilterAlternative[];
}

export interface LineFilterAlternative {
  readonly kind: 'text' | 'ip';
  readonly span: Span;
  readonly value: string;
}

/** `label="path"`; `| json a` alone stands for `a="a"`. */
export interface Extraction {
  readonly kind: 'extraction';
  readonly span: Span;
  readonly label: string;
  readonly path: string;
}

/** `| json`, of everything when there are no extractions. */
export interface JsonParser {
  readonly kind: 'json';
  readonly span: Span;
  readonly extractions: readonly Extraction[];
}

/** `| logfmt --strict --keep-empty a="b"`. */
export interface LogfmtParser {
  readonly kind: 'logfmt';
  readonly span: Span;
  readonly strict: boolean;
  readonly keepEmpty: boolean;
  readonly extractions: readonly Extraction[];
}

export interface RegexpParser {
  readonly kind: 'regexp';
  readonly span: Span;
  readonly expression: string;
}

export interface PatternParser {
  readonly kind: 'pattern';
  readonly span: Span;
  readonly expression: string;
}

export interface Unpack {
  readonly kind: 'unpack';
  readonly span: Span;
}

export interface LabelFilter {
  readonly kind: 'labelFilter';
  readonly span: Span;
  readonly condition: Condition;
}

export interface LineFormat {
  readonly kind: 'lineFormat';
  readonly span: Span;
  readonly template: string;
}

/** `| label_format a=b, c="{{.d}}"`; no label is set twice. */
export interface LabelFormat {
  readonly kind: 'labelFormat';
  readonly span: Span;
  readonly assignments: readonly LabelAssignment[];
}

export type LabelAssignment = LabelRename | LabelTemplate;

export interface LabelRename {
  readonly kind: 'rename';
  readonly span: Span;
  readonly label: string;
  readonly source: string;
}

export interface LabelTemplate {
  readonly kind: 'template';
  readonly span: Span;
  readonly label: string;
  readonly template: string;
}

export interface Drop {
  readonly kind: 'drop';
  readonly span: Span;
  readonly targets: readonly LabelTarget[];
}

export interface Keep {
  readonly kind: 'keep';
  readonly span: Span;
  readonly targets: readonly LabelTarget[];
}

/** A label by its name, or only where its value matches. */
export type LabelTarget = LabelName | Matcher;

export interface LabelName {
  readonly kind: 'labelName';
  readonly span: Span;
  readonly name: string;
}

export interface Decolorize {
  readonly kind: 'decolorize';
  readonly span: Span;
}
