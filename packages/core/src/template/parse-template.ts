// Template text in, its tree or Go's error sentence out. Recursive descent over the tokens; nesting is bounded.
import { goUnquote } from './go-quote.ts';
import { lexTemplate } from './lex-template.ts';
import type { Step, Template } from './node.ts';
import { parsePipe } from './parse-pipe.ts';
import { enter, expect, fail, next, nextNonSpace, type Parser, peekNonSpace, unexpected } from './template-parser.ts';

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
