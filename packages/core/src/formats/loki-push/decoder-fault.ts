// Where a push body in JSON is at fault, told as Loki's decoder tells it: text in, sentence with the bytes around the place out.

export interface FoundFault {
  readonly fault: string | undefined;
  /** Where the first value ends. */
  readonly end: number;
}

/** Looks at the JSON text of one stream; its sentence, or undefined when it is well. */
export type StreamCheck = (element: string) => string | undefined;

interface Walk {
  readonly text: string;
  head: number;
  fault: string | undefined;
}

const NEAR = 10;
const AROUND = 50;
const MAX_DEPTH = 1000;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The first fault stays; what follows is a consequence. */
function report(walk: Walk, operation: string, what: string): undefined {
  if (walk.fault !== undefined) return undefined;
  const { text, head } = walk;
  const near = text.slice(Math.max(0, head - NEAR), head + NEAR);
  const around = text.slice(Math.max(0, head - AROUND), head + AROUND);
  walk.fault = `${operation}: ${what}, error found in #${Math.min(head, NEAR)} byte of ...|${near}|..., bigger context ...|${around}|...`;
  return undefined;
}

/** The next character that is no space, taken; NUL at the end, as the decoder sees it. */
function next(walk: Walk): string {
  SPACE.lastIndex = walk.head;
  walk.head += SPACE.exec(walk.text)?.[0].length ?? 0;
  const character = walk.text[walk.head];
  if (character === undefined) return '\0';
  walk.head++;
  return character;
}

/** Gives back what `next` took; there is nothing to give back at the end. */
function unread(walk: Walk, character: string): void {
  if (character !== '\0' || walk.text[walk.head - 1] === '\0') walk.head--;
}

/** Takes a string whose quote is next; a line may be long, so this is a loop and no pattern. */
function takeString(walk: Walk): boolean {
  const { text } = walk;
  for (let at = walk.head + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') {
      walk.head = at + 1;
      return true;
    }
  }
  walk.head = text.length;
  return false;
}

function skipString(walk: Walk): undefined {
  const character = next(walk);
  if (character !== '"') return report(walk, 'ReadString', `expects " or n, but found ${character}`);
  unread(walk, character);
  return takeString(walk) ? undefined : report(walk, 'readStringSlowPath', 'unexpected end of input');
}

function skipValue(walk: Walk, depth: number): undefined {
  if (depth > MAX_DEPTH) return report(walk, 'incrementDepth', 'exceeded max depth');
  const character = next(walk);
  unread(walk, character);
  if (character === '"') return skipString(walk);
  if (character === '{') return skipObject(walk, depth + 1);
  if (character === '[') return skipArray(walk, depth + 1);
  if (/[-\d]/.test(character)) {
    NUMBER.lastIndex = walk.head;
    const length = NUMBER.exec(walk.text)?.[0].length ?? 0;
    walk.head += length;
    return length > 0 ? undefined : report(walk, 'readFloat32', 'invalid number');
  }
  const word = ['null', 'true', 'false'].find((w) => walk.text.startsWith(w, walk.head));
  walk.head += word?.length ?? 1;
  if (word === undefined) report(walk, 'Skip', `do not know how to skip: ${character.charCodeAt(0)}`);
  return undefined;
}

function skipObject(walk: Walk, depth: number): undefined {
  next(walk);
  const first = next(walk);
  if (first === '}') return undefined;
  if (first !== '"') return report(walk, 'ReadObjectCB', `expect " after {, but found ${first}`);
  unread(walk, first);
  let character = ',';
  while (character === ',' && walk.fault === undefined) {
    skipString(walk);
    const colon = next(walk);
    if (colon !== ':') report(walk, 'ReadObject', `expect : after object field, but found ${colon}`);
    skipValue(walk, depth);
    character = next(walk);
  }
  if (character !== '}') report(walk, 'ReadObjectCB', 'object not ended with }');
  return undefined;
}

function skipArray(walk: Walk, depth: number): undefined {
  next(walk);
  const first = next(walk);
  if (first === ']') return undefined;
  unread(walk, first);
  let character = ',';
  while (character === ',' && walk.fault === undefined) {
    skipValue(walk, depth);
    character = next(walk);
  }
  if (character !== ']') report(walk, 'ReadArrayCB', `expect ] in the end, but found ${character}`);
  return undefined;
}

function walkStreams(walk: Walk, check: StreamCheck): undefined {
  const open = next(walk);
  if (open === 'n') {
    walk.head += 3;
    return undefined;
  }
  if (open !== '[') return report(walk, 'decode slice', `expect [ or n, but found ${open}`);
  const first = next(walk);
  if (first === ']') return undefined;
  unread(walk, first);
  let character = ',';
  while (character === ',') {
    SPACE.lastIndex = walk.head;
    const from = walk.head + (SPACE.exec(walk.text)?.[0].length ?? 0);
    skipValue(walk, 0);
    if (walk.fault !== undefined) return undefined;
    const fault = check(walk.text.slice(from, walk.head));
    if (fault !== undefined) report(walk, 'unmarshalerDecoder', fault);
    character = next(walk);
  }
  if (character !== ']') report(walk, 'decode slice', `expect ], but found ${character}`);
  return undefined;
}

function walkBody(walk: Walk, check: StreamCheck): undefined {
  let character = ',';
  while (character === ',') {
    const from = walk.head;
    const quote = next(walk);
    if (quote === '}') return undefined;
    if (quote !== '"') return report(walk, 'readFieldHash', `expect ", but found ${quote}`);
    unread(walk, quote);
    if (!takeString(walk)) return report(walk, 'readFieldHash', 'incomplete field name');
    const name = walk.text.slice(from, walk.head).trim();
    const colon = next(walk);
    if (colon !== ':') return report(walk, 'readFieldHash', `expect :, but found ${colon}`);
    if (name.toLowerCase() === '"streams"') {
      walkStreams(walk, check);
      if (walk.fault !== undefined) walk.fault = `Streams: []loghttp.LogProtoStream: ${walk.fault}`;
    } else skipValue(walk, 0);
    if (walk.fault !== undefined) return undefined;
    character = next(walk);
  }
  if (character !== '}') report(walk, 'isObjectEnd', `object ended prematurely, unexpected char ${character}`);
  return undefined;
}

/** `ull`, a byte at a time: the first that differs is told. */
function skipNull(walk: Walk): string | undefined {
  for (const letter of 'ull') {
    if (walk.text[walk.head++] === letter) continue;
    report(walk, 'skipThreeBytes', 'expect ull');
    break;
  }
  return walk.fault;
}

export function findDecoderFault(text: string, check: StreamCheck): FoundFault {
  const walk: Walk = { text, head: 0, fault: undefined };
  const open = next(walk);
  if (open === '\0' && walk.head >= text.length) return { fault: 'EOF', end: 0 };
  if (open === 'n') return { fault: skipNull(walk), end: walk.head };
  if (open !== '{') {
    report(walk, 'readObjectStart', `expect { or n, but found ${open}`);
    return { fault: walk.fault, end: walk.head };
  }
  walkBody(walk, check);
  return { fault: walk.fault === undefined ? undefined : `loghttp.PushRequest.${walk.fault}`, end: walk.head };
}
