// YAML text -> value nodes of its first document, read as the server's YAML 1.1 reader does: last duplicate wins, merges apply in place.

import { checkTokens } from './check-tokens.ts';
import { type ComposedDocument, composeAsServer } from './compose-yaml.ts';
import type { ParsedNode } from './parse-json.ts';
import type { PolicyProblemCode } from './policy-problem.ts';
import { placeFault, YamlFault } from './yaml-fault.ts';
import { TreeBuilder } from './yaml-tree.ts';

/** Control characters that YAML does not allow anywhere. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

export function parseYaml(text: string, invalidAt = -1): ParsedNode {
  try {
    // A carriage return alone ends a line for the server; replaced by as many characters, so places stay.
    const lines = text.replace(/\r(?!\n)/g, '\n');
    checkTokens(lines);
    const { document, end, text: read, restore } = composeLeniently(lines);
    checkText(text, invalidAt, restore(end));
    if (document === undefined) return { ok: true, root: { kind: 'null', at: 0 }, duplicates: [] };
    if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.1') {
      throw new YamlFault(
        `the server reads YAML 1.1 only and this document says ${document.directives.yaml.version}`,
        0,
      );
    }
    return new TreeBuilder(read, restore).build(document.contents);
  } catch (fault) {
    if (fault instanceof YamlFault) return { ok: false, problem: placeFault(fault) };
    // The YAML library walks nested nodes with recursion; a hostile depth ends here instead of in a crash.
    if (fault instanceof RangeError)
      return { ok: false, problem: placeFault(new YamlFault('it is nested too deeply', 0, 'KW_POLICY_TOO_DEEP')) };
    throw fault;
  }
}

function checkText(text: string, invalidAt: number, end: number): void {
  const control = CONTROL.exec(text);
  if (control !== null && isRead(text, control.index, end))
    throw new YamlFault('it holds a control character, so it is not text', control.index, 'KW_POLICY_BINARY');
  if (invalidAt !== -1 && isRead(text, invalidAt, end))
    throw new YamlFault('it holds bytes that are not UTF-8', invalidAt, 'KW_POLICY_BINARY');
}

/** The server reads blocks of so many bytes, and looks at each whole, whatever stands behind the end of the first document. */
const BLOCK_BYTES = 512;

function isRead(text: string, at: number, end: number): boolean {
  if (at < end) return true;
  // To know that the document has ended it looks at the "---" of the next one.
  const seen = countBytes(text.slice(0, end + 4));
  return seen > 0 && countBytes(text.slice(0, at)) < Math.ceil(seen / BLOCK_BYTES) * BLOCK_BYTES;
}

function countBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Both halves of a pair come to four together.
    if (code > 0x7f) bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

function composeLeniently(text: string): ComposedDocument {
  const composed = composeAsServer(text);
  if (composed.fault === undefined) return composed;
  const { code, message, at } = composed.fault;
  // A broken text with control characters is no text at all; that says more than the first syntax error.
  checkText(text, -1, text.length);
  throw new YamlFault(describeFault(code, message), at, faultCode(code));
}

function faultCode(code: string): PolicyProblemCode {
  return code === 'RESOURCE_EXHAUSTION' ? 'KW_POLICY_TOO_DEEP' : 'KW_POLICY_SYNTAX';
}

function describeFault(code: string, message: string): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply';
  if (code === 'TAB_AS_INDENT') return 'a tab is used as indentation';
  if (code === 'SERVER') return message;
  const first = message.split('\n')[0] ?? message;
  return first.slice(0, 1).toLowerCase() + first.slice(1);
}
