// Pipelines inside the braces: declarations, commands and their words.
import { goQuote, goUnquote } from './go-quote.ts';
import type { Command, Pipe, Variable, Word } from './node.ts';
import { parseNumber } from './parse-number.ts';
import { enter, fail, next, nextNonSpace, type Parser, peek, peekNonSpace, unexpected } from './template-parser.ts';
import type { Token } from './token.ts';

export function parsePipe(parser: Parser, context: string, end: 'right' | 'rightParen'): Pipe {
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
