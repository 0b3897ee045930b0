// Stages in Loki's normal form, the one its error sentences quote.
import type { Condition, Extraction, LabelAssignment, LabelTarget, Matcher, Stage, UnwrapValue } from '../ast.ts';
import { printByteSize } from '../lexer/byte-size.ts';
import { printGoDuration } from '../lexer/duration.ts';
import { printPlain } from '../lexer/go-float.ts';
import { quoteGo } from '../lexer/go-string.ts';

export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case 'lineFilter':
      return `${stage.operator} ${stage.alternatives
        .map(({ kind, value }) => (kind === 'ip' ? `ip(${quoteGo(value)})` : quoteGo(value)))
        .join(' or ')}`;
    case 'json':
      return joinWords('| json', stage.extractions.map(printExtraction).join(','));
    case 'logfmt':
      return joinWords(
        '| logfmt',
        stage.strict ? '--strict' : '',
        stage.keepEmpty ? '--keep-empty' : '',
        stage.extractions.map(printExtraction).join(','),
      );
    case 'regexp':
    case 'pattern':
      return `| ${stage.kind} ${quoteGo(stage.expression)}`;
    case 'labelFilter':
      return `| ${printCondition(stage.condition)}`;
    case 'lineFormat':
      return `| line_format ${quoteGo(stage.template)}`;
    case 'labelFormat':
      return `| label_format ${stage.assignments.map(printAssignment).join(',')}`;
    case 'drop':
    case 'keep':
      return `| ${stage.kind} ${stage.targets.map(printTarget).join(',')}`;
    case 'unpack':
    case 'decolorize':
      return `| ${stage.kind}`;
    default:
      return stage satisfies never;
  }
}

/** `| unwrap duration(took)`, without the filters behind it. */
export function printUnwrap({ label, conversion }: UnwrapValue): string {
  return `| unwrap ${conversion === undefined ? label : `${conversion}(${label})`}`;
}

export function printMatcher({ name, operator, value }: Matcher): string {
  return `${name}${operator}${quoteGo(value)}`;
}

function printExtraction({ label, path }: Extraction): string {
  return `${label}=${quoteGo(path)}`;
}

function printAssignment(assignment: LabelAssignment): string {
  return `${assignment.label}=${assignment.kind === 'rename' ? assignment.source : quoteGo(assignment.template)}`;
}

function printTarget(target: LabelTarget): string {
  return target.kind === 'labelName' ? target.name : printMatcher(target);
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
      return `( ${printCondition(condition.left)} , ${printCondition(condition.right)} )`;
    case 'or':
      return `( ${printCondition(condition.left)} or ${printCondition(condition.right)} )`;
    case 'string':
      return `${condition.label}${condition.operator}${quoteGo(condition.value)}`;
    case 'ip':
      return `${condition.label}${condition.operator}ip(${quoteGo(condition.value)})`;
    case 'number':
      return `${condition.label}${condition.operator}${printPlain(condition.value)}`;
    case 'duration':
      return `${condition.label}${condition.operator}${printGoDuration(condition.nanos)}`;
    case 'bytes':
      return `${condition.label}${condition.operator}${printByteSize(condition.bytes)}`;
    default:
      return condition satisfies never;
  }
}

function joinWords(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ');
}
