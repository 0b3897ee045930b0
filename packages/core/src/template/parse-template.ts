// Template text in, its tree or Go's error sentence out. Recursive descent over the tokens; nesting is bounded.
import { goQuote, goUnquote } from './go-quote.ts';
import { lexTemplate } from './lex-template.ts';
import type { Command, Pipe, Step, Template, Variable, Word } from './node.ts';
import { parseNumber } from './parse-number.ts';
import type { Token } from './token.ts';
import { TemplateFault } from './value.ts';

const MAX_DEPTH = 200;

interface Parser {
  readonly name: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly hasFunction: (name: string) => boolean;
  readonly defined: Map<string, readonly Step[]>;
  /** Variables in sight, the innermost last. */
  variables: string[];
  at: number;
  depth: number;
  rangeDepth: number;
}

/** Throws a `TemplateFault` with Go's sentence. */
export function parseTemplate(name: string, text: string, hasFunction: (name: string) => boolean): Template {
  const parser: Parser = {
    name,
    text,
    tokens: lexTemplate(text),
    hasFunction,
    defined: new Map(),
    variables: ['$'],
    at: 0,
    depth: 0,
    rangeDepth: 0,
  };
  const { steps, ended } = parseSteps(parser, true);
  if (ended !== 'eof') fail(parser, `unexpected {{${ended}}}`);
  return { name, text, body: steps, defined: parser.defined };
}

type Ending = 'eof' | 'end' | 'else';

function parseSteps(parser: Parser, top: boolean): { steps: Step[]; ended: Ending } {
  const steps: Step[] = [];
  for (;;) {
    const token = next(parser);
    if (token.kind === 'text') steps.push({ kind: 'text', at: token.at, text: token.text });
    else if (token.kind === 'eof') {
      if (!top) fail(parser, 'unexpected EOF');
      return { steps, ended: 'eof' };
    } else if (token.kind === 'left') {
      const step = parseAction(parser, top);
      if (step === 'end' || step === 'else') return { steps, ended: step };
      if (step !== undefined) steps.push(step);
    } else unexpected(parser, token, 'input');
  }
}

function parseAction(parser: Parser, top: boolean): Step | 'end' | 'else' | undefined {
  const token = nextNonSpace(parser);
  if (token.kind !== 'keyword') {
    parser.at -= 1;
    const mark = parser.variables.length;
    const pipe = parsePipe(parser, 'command', 'right');
    if (pipe.declares.length === 0) parser.variables.length = mark;
    return { kind: 'action', at: token.at, pipe };
  }
  switch (token.text) {
    case 'if':
    case 'with':
    case 'range':
      return parseBranch(parser, token.text, token.at);
    case 'end':
      expect(parser, 'right', 'end');
      return 'end';
    case 'else': {
      const peeked = peekNonSpace(parser);
      if (peeked.kind === 'keyword' && (peeked.text === 'if' || peeked.text === 'with')) return 'else';
      expect(parser, 'right', 'else');
      return 'else';
    }
    case 'break':
    case 'continue':
      if (parser.rangeDepth === 0) fail(parser, `{{${token.text}}} outside {{range}}`);
      expect(parser, 'right', `{{${token.text}}}`);
      return { kind: token.text, at: token.at };
    case 'template': {
      const name = parseName(parser, 'template clause');
      const bare = peekNonSpace(parser).kind === 'right';
      const pipe = bare ? undefined : parsePipe(parser, 'template clause', 'right');
      if (bare) nextNonSpace(parser);
      return { kind: 'template', at: token.at, name, pipe };
    }
    case 'block': {
      const name = parseName(parser, 'block clause');
      const pipe = parsePipe(parser, 'block clause', 'right');
      parseDefinition(parser, name);
      return { kind: 'template', at: token.at, name, pipe };
    }
    default: {
      if (!top) unexpected(parser, token, 'command');
      const name = parseName(parser, 'define clause');
      expect(parser, 'right', 'define clause');
      parseDefinition(parser, name);
      return undefined;
    }
  }
}

function parseName(parser: Parser, context: string): string {
  const token = nextNonSpace(parser);
  const name = token.kind === 'string' || token.kind === 'rawString' ? goUnquote(token.text) : undefined;
  return name ?? unexpected(parser, token, context);
}

function parseDefinition(parser: Parser, name: string): void {
  const { variables, rangeDepth } = parser;
  parser.variables = ['$'];
  parser.rangeDepth = 0;
  const { steps, ended } = enter(parser, () => parseSteps(parser, false));
  if (ended !== 'end') fail(parser, `unexpected {{${ended}}} in define clause`);
  parser.defined.set(name, steps);
  parser.variables = variables;
  parser.rangeDepth = rangeDepth;
}

function parseBranch(parser: Parser, kind: 'if' | 'with' | 'range', at: number): Step {
  const mark = parser.variables.length;
  const pipe = parsePipe(parser, kind, 'right');
  if (kind === 'range') parser.rangeDepth += 1;
  const body = enter(parser, () => parseSteps(parser, false));
  if (kind === 'range') parser.rangeDepth -= 1;
  let otherwise: readonly Step[] | undefined;
  if (body.ended === 'else') {
    const chained = peekNonSpace(parser);
    if (chained.kind === 'keyword') {
      // `{{else if …}}` is an if inside the else that shares its end; a plain `{{else}}` is followed by text or braces.
      if (chained.text !== kind || kind === 'range') unexpected(parser, chained, 'else');
      nextNonSpace(parser);
      otherwise = [enter(parser, () => parseBranch(parser, kind, chained.at))];
    } else {
      const tail = enter(parser, () => parseSteps(parser, false));
      if (tail.ended !== 'end') fail(parser, `expected end; found {{${tail.ended}}}`);
      otherwise = tail.steps;
    }
  }
  parser.variables.length = mark;
  return { kind, at, pipe, body: body.steps, otherwise };
}

function parsePipe(parser: Parser, context: string, end: 'right' | 'rightParen'): Pipe {
  const first = peekNonSpace(parser);
  const declares: Variable[] = [];
  let assigns = false;
  const start = parser.at;
  for (;;) {
    const token = nextNonSpace(parser);
    const after = token.kind === 'variable' ? peekNonSpace(parser) : undefined;
    if (after?.kind === 'declare' || after?.kind === 'assign') {
      nextNonSpace(parser);
      assigns = after.kind === 'assign';
      declares.push({ kind: 'variable', at: token.at, path: [token.text] });
      break;
    }
    if (after?.text === ',' && context === 'range' && declares.length < 1) {
      nextNonSpace(parser);
      declares.push({ kind: 'variable', at: token.at, path: [token.text] });
      const second = peekNonSpace(parser);
      if (second.kind !== 'variable') fail(parser, 'range can only initialize variables');
      continue;
    }
    if (after?.text === ',') fail(parser, `too many declarations in ${context}`);
    declares.length = 0;
    parser.at = start;
    break;
  }
  if (assigns) for (const one of declares) useVariable(parser, one.path[0] ?? '');
  const commands: Command[] = [];
  const declared = () => {
    if (!assigns) parser.variables.push(...declares.map((one) => one.path[0] ?? ''));
  };
  // In Go the variable is in sight as soon as it is named, so that `$x := $x` of nothing is no error of the parser.
  declared();
  for (;;) {
    const token = nextNonSpace(parser);
    if (token.kind === end) {
      checkPipe(parser, commands, context);
      return { kind: 'pipe', at: first.at, declares, assigns, commands };
    }
    if (!isOperandStart(token)) unexpected(parser, token, context);
    parser.at -= 1;
    commands.push(parseCommand(parser, token.at));
  }
}

function checkPipe(parser: Parser, commands: readonly Command[], context: string): void {
  if (commands.length === 0) fail(parser, `missing value for ${context}`);
  for (const [index, command] of commands.entries()) {
    const kind = command.words[0]?.kind;
    if (index > 0 && (kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string'))
      fail(parser, `non executable command in pipeline stage ${index + 1}`);
  }
}

const OPERANDS = new Set([
  'bool',
  'characterConstant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

function isOperandStart(token: Token): boolean {
  return OPERANDS.has(token.kind);
}

function parseCommand(parser: Parser, at: number): Command {
  const words: Word[] = [];
  for (;;) {
    peekNonSpace(parser);
    const word = parseOperand(parser);
    if (word !== undefined) words.push(word);
    const token = next(parser);
    if (token.kind === 'space') continue;
    if (token.kind === 'right' || token.kind === 'rightParen') parser.at -= 1;
    else if (token.kind !== 'pipe') unexpected(parser, token, 'operand');
    else if (peekNonSpace(parser).kind === 'right') fail(parser, 'missing value for command');
    break;
  }
  if (words.length === 0) fail(parser, 'empty command');
  return { kind: 'command', at, words };
}

function parseOperand(parser: Parser): Word | undefined {
  const word = parseTerm(parser);
  if (word === undefined || peek(parser).kind !== 'field') return word;
  // Go counts such a node from its second name on.
  const { at } = peek(parser);
  const path: string[] = [];
  while (peek(parser).kind === 'field') path.push(next(parser).text.slice(1));
  if (word.kind === 'field' || word.kind === 'variable') return { ...word, at, path: [...word.path, ...path] };
  if (word.kind === 'pipe' || word.kind === 'identifier') return { kind: 'chain', at, base: word, path };
  return fail(parser, `unexpected . after term ${goQuote(parser.text.slice(word.at, word.at + 10))}`);
}

function parseTerm(parser: Parser): Word | undefined {
  const token = nextNonSpace(parser);
  const { at, text } = token;
  switch (token.kind) {
    case 'identifier':
      if (!parser.hasFunction(text)) fail(parser, `function ${goQuote(text)} not defined`);
      return { kind: 'identifier', at, name: text };
    case 'dot':
    case 'nil':
      return { kind: token.kind, at };
    case 'variable':
      useVariable(parser, text);
      return { kind: 'variable', at, path: [text] };
    case 'field':
      return { kind: 'field', at, path: [text.slice(1)] };
    case 'bool':
      return { kind: 'bool', at, value: text === 'true' };
    case 'number':
    case 'characterConstant': {
      const number = parseNumber(text) ?? fail(parser, `illegal number syntax: ${goQuote(text)}`);
      return { kind: 'number', at, text, ...number };
    }
    case 'string':
    case 'rawString': {
      const value = goUnquote(text) ?? fail(parser, 'invalid syntax');
      return { kind: 'string', at, quoted: text, text: value };
    }
    case 'leftParen':
      return enter(parser, () => parsePipe(parser, 'parenthesized pipeline', 'rightParen'));
    default:
      parser.at -= 1;
      return undefined;
  }
}

function useVariable(parser: Parser, name: string): void {
  if (!parser.variables.includes(name)) fail(parser, `undefined variable ${goQuote(name)}`);
}

function enter<T>(parser: Parser, inner: () => T): T {
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) fail(parser, `nested deeper than ${MAX_DEPTH} levels`);
  const result = inner();
  parser.depth -= 1;
  return result;
}

function next(parser: Parser): Token {
  const token = peek(parser);
  parser.at += 1;
  return token;
}

function peek(parser: Parser): Token {
  return parser.tokens[parser.at] ?? { kind: 'eof', at: parser.text.length, text: '' };
}

function nextNonSpace(parser: Parser): Token {
  const token = next(parser);
  return token.kind === 'space' ? nextNonSpace(parser) : token;
}

function peekNonSpace(parser: Parser): Token {
  const token = nextNonSpace(parser);
  parser.at -= 1;
  return token;
}

function expect(parser: Parser, kind: Token['kind'], context: string): void {
  const token = nextNonSpace(parser);
  if (token.kind !== kind) unexpected(parser, token, context);
}

function unexpected(parser: Parser, token: Token, context: string): never {
  if (token.kind === 'error') return fail(parser, token.text);
  return fail(parser, `unexpected ${printToken(token)} in ${context}`);
}

function printToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword') return `<${token.text}>`;
  const runes = [...token.text];
  return runes.length > 10 ? `${goQuote(runes.slice(0, 10).join(''))}...` : goQuote(token.text);
}

/** Go names the line it has read up to. */
function fail(parser: Parser, message: string): never {
  const read = parser.tokens[Math.max(parser.at - 1, 0)]?.at ?? 0;
  const line = parser.text.slice(0, read).split('\n').length;
  throw new TemplateFault(`template: ${parser.name}:${line}: ${message}`);
}
