// A YAML text -> why it would cost too much to read, found by one cheap pass over its tokens before a tree is built.
import { Lexer } from 'yaml';
import { YamlFault } from './yaml-fault.ts';

/** A policy needs five levels. The YAML library walks nested nodes with recursion, so hostile depth must end before it. */
export const MAX_DEPTH = 200;
/** 10,000 rules of everyday size have about 600,000; building the tree takes seconds and a gigabyte beyond this. */
const MAX_TOKENS = 2_500_000;

export function checkTokens(text: string): void {
  let at = 0;
  let tokens = 0;
  let flowDepth = 0;
  let indicators = 0;
  let properties = 0;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MAX_TOKENS)
      throw new YamlFault(`it has more than ${MAX_TOKENS} words and signs`, at, 'KW_POLICY_TOO_LARGE');
    if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth = Math.max(0, flowDepth - 1);
    // `- - - -` and `? ? ?` open a level each on one line.
    if (token === '-' || token === '?') indicators++;
    else if (token.trim() !== '' || token.includes('\n')) indicators = 0;
    // A node has one tag and one anchor; the library would note an error for each of millions.
    if (token.startsWith('!') || token.startsWith('&')) properties++;
    else if (token.trim() !== '') properties = 0;
    if (properties > MAX_DEPTH) throw new YamlFault('a value has hundreds of tags or anchors', at);
    if (flowDepth > MAX_DEPTH || indicators > MAX_DEPTH)
      throw new YamlFault('it is nested too deeply', at, 'KW_POLICY_TOO_DEEP');
    at += token.length;
  }
}
