// The language as grammar rules. The parser does not read them: they tell, where a query breaks off, which tokens could have gone on.
// Their shape decides the wording, so they follow what the recorded sentences reveal of Loki's own.
import { FUNCTIONS, type TokenType } from '../lexer/token.ts';
import { OPERATOR_LEVELS } from '../operators.ts';

export interface Rule {
  readonly left: string;
  readonly right: readonly string[];
}

const BINARY = OPERATOR_LEVELS.flat();
const RANGE_OPERATIONS = [...FUNCTIONS.values()].filter((type) => /_OVER_TIME$|^RATE|^BYTES_RATE$/.test(type));
const VECTOR_OPERATIONS = [...FUNCTIONS.values()].filter(
  (type) => /^[A-Z_]+$/.test(type) && !/_OVER_TIME$|RATE|_CONV$|^VECTOR$/.test(type),
);

const TEXT = `
root: expression
expression: log | metric
metric: rangeAggregation | vectorAggregation | binary | number | labelReplace | vector | ( metric )
log: selector | selector pipeline | ( log )

selector: { matchers } | { }
matchers: matcher | matchers , matcher
matcher: IDENTIFIER = STRING | IDENTIFIER != STRING | IDENTIFIER =~ STRING | IDENTIFIER !~ STRING

pipeline: stage | pipeline stage
stage: lineFilters | PIPE logfmtStage | PIPE jsonStage | PIPE regexp STRING | PIPE pattern STRING | PIPE unpack | PIPE condition
stage: PIPE line_format STRING | PIPE decolorize | PIPE label_format assignments | PIPE drop targets | PIPE keep targets

lineFilters: lineFilter | lineFilters lineFilter
lineFilter: filter STRING | filter ip ( STRING ) | lineFilter or alternatives
alternatives: STRING | STRING or alternatives | ip ( STRING )
filter: |~ | |= | |> | !~ | != | !>

jsonStage: json | json extractions
logfmtStage: logfmt | logfmt flags | logfmt extractions | logfmt flags extractions
flags: PARSER_FLAG | flags PARSER_FLAG
extractions: extraction | extractions , extraction
extraction: IDENTIFIER = STRING | IDENTIFIER
assignments: assignment | assignments , assignment
assignment: IDENTIFIER = IDENTIFIER | IDENTIFIER = STRING
targets: target | targets , target
target: IDENTIFIER | matcher

condition: matcher | IDENTIFIER = ip ( STRING ) | IDENTIFIER != ip ( STRING ) | IDENTIFIER compare value
condition: ( condition ) | condition condition | condition and condition | condition , condition | condition or condition
compare: > | >= | < | <= | != | = | ==
value: DURATION | BYTES | number

rangeAggregation: rangeOperation ( logRange ) | rangeOperation ( NUMBER , logRange )
rangeAggregation: rangeOperation ( logRange ) grouping | rangeOperation ( NUMBER , logRange ) grouping
logRange: selector RANGE | selector RANGE shift | selector RANGE unwrapping | selector RANGE shift unwrapping
logRange: selector RANGE pipeline | selector RANGE shift pipeline
logRange: selector RANGE pipeline unwrapping | selector RANGE shift pipeline unwrapping
logRange: selector unwrapping RANGE | selector unwrapping RANGE shift
logRange: selector pipeline RANGE | selector pipeline RANGE shift
logRange: selector pipeline unwrapping RANGE | selector pipeline unwrapping RANGE shift
logRange: ( selector ) RANGE | ( selector ) RANGE shift | ( selector ) RANGE unwrapping | ( selector ) RANGE shift unwrapping
logRange: ( selector unwrapping ) RANGE | ( selector unwrapping ) RANGE shift
logRange: ( selector pipeline ) RANGE | ( selector pipeline ) RANGE shift
logRange: ( selector pipeline unwrapping ) RANGE | ( selector pipeline unwrapping ) RANGE shift
logRange: ( logRange )
unwrapping: PIPE unwrap IDENTIFIER | PIPE unwrap conversion ( IDENTIFIER ) | unwrapping PIPE condition
conversion: BYTES_CONV | DURATION_CONV | DURATION_SECONDS_CONV
shift: offset DURATION

vectorAggregation: vectorOperation ( metric ) | vectorOperation grouping ( metric ) | vectorOperation ( metric ) grouping
vectorAggregation: vectorOperation ( NUMBER , metric ) | vectorOperation ( NUMBER , metric ) grouping
vectorAggregation: vectorOperation grouping ( NUMBER , metric )
grouping: by ( names ) | without ( names ) | by ( ) | without ( )
names: IDENTIFIER | names , IDENTIFIER

boolWord: | bool
matching: boolWord on ( names ) | boolWord on ( ) | boolWord ignoring ( names ) | boolWord ignoring ( )
modifier: boolWord | matching | matching group_left | matching group_left ( ) | matching group_left ( names )
modifier: matching group_right | matching group_right ( ) | matching group_right ( names )

number: NUMBER | + NUMBER | - NUMBER
vector: VECTOR ( NUMBER )
labelReplace: label_replace ( metric , STRING , STRING , STRING , STRING )
`;

function readRules(): readonly Rule[] {
  const written = TEXT.split('\n').flatMap((line): readonly Rule[] => {
    const colon = line.indexOf(':');
    if (colon < 0) return [];
    const alternatives = line.slice(colon + 1).split(' | ');
    return alternatives.map((alternative) => ({ left: line.slice(0, colon), right: readSymbols(alternative) }));
  });
  const operations = (left: string, types: readonly TokenType[]) =>
    types.map((type): Rule => ({ left, right: [type] }));
  return [
    ...written,
    ...operations('rangeOperation', RANGE_OPERATIONS),
    ...operations('vectorOperation', VECTOR_OPERATIONS),
    ...BINARY.map((operator): Rule => ({ left: 'binary', right: ['expression', operator, 'modifier', 'expression'] })),
  ];
}

/** The bar separates alternatives, so as a token it is written PIPE. */
function readSymbols(alternative: string): readonly string[] {
  return alternative
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (word === 'PIPE' ? '|' : word));
}

/** The first one's left side is where every query begins. Names that no rule has on its left are tokens. */
export const RULES = readRules();
