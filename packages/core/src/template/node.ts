// The tree of a template. Each node knows its offset, since errors name line and column.
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly body: readonly Step[];
  /** `{{define "x"}}` and `{{block "x"}}`. */
  readonly defined: ReadonlyMap<string, readonly Step[]>;
}

export type Step = TextStep | ActionStep | BranchStep | CallStep | JumpStep;

export interface TextStep {
  readonly kind: 'text';
  readonly at: number;
  readonly text: string;
}

export interface ActionStep {
  readonly kind: 'action';
  readonly at: number;
  readonly pipe: Pipe;
}

export interface BranchStep {
  readonly kind: 'if' | 'with' | 'range';
  readonly at: number;
  readonly pipe: Pipe;
  readonly body: readonly Step[];
  readonly otherwise: readonly Step[] | undefined;
}

/** `{{template "name" pipeline}}` */
export interface CallStep {
  readonly kind: 'template';
  readonly at: number;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

export interface JumpStep {
  readonly kind: 'break' | 'continue';
  readonly at: number;
}

export interface Pipe {
  readonly kind: 'pipe';
  readonly at: number;
  /** `$a, $b :=`; with `assigns` it is `=`. */
  readonly declares: readonly Variable[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly kind: 'command';
  readonly at: number;
  readonly words: readonly Word[];
}

export type Word = Field | Variable | Dot | Nil | Bool | NumberWord | StringWord | Identifier | Chain | Pipe;

export interface Field {
  readonly kind: 'field';
  readonly at: number;
  readonly path: readonly string[];
}

/** `$x.a.b`: the first of the path is `$x`. */
export interface Variable {
  readonly kind: 'variable';
  readonly at: number;
  readonly path: readonly string[];
}

export interface Dot {
  readonly kind: 'dot';
  readonly at: number;
}

export interface Nil {
  readonly kind: 'nil';
  readonly at: number;
}

export interface Bool {
  readonly kind: 'bool';
  readonly at: number;
  readonly value: boolean;
}

/** A constant has no type until it is used: `2.0` is an int where one is wanted. */
export interface NumberWord {
  readonly kind: 'number';
  readonly at: number;
  readonly text: string;
  readonly int: bigint | undefined;
  readonly float: number | undefined;
}

export interface StringWord {
  readonly kind: 'string';
  readonly at: number;
  readonly quoted: string;
  readonly text: string;
}

/** A function's name. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly at: number;
  readonly name: string;
}

/** `(pipeline).a.b` */
export interface Chain {
  readonly kind: 'chain';
  readonly at: number;
  readonly base: Word;
  readonly path: readonly string[];
}

/** As Go prints the node in its errors. */
export function printWord(word: Word | Command): string {
  switch (word.kind) {
    case 'field':
      return word.path.map((name) => `.${name}`).join('');
    case 'variable':
      return word.path.join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(word.value);
    case 'number':
      return word.text;
    case 'string':
      return word.quoted;
    case 'identifier':
      return word.name;
    case 'chain':
      return `${word.base.kind === 'pipe' ? `(${printWord(word.base)})` : printWord(word.base)}${word.path.map((name) => `.${name}`).join('')}`;
    case 'pipe':
      return printPipe(word);
    case 'command':
      return word.words.map((one) => (one.kind === 'pipe' ? `(${printWord(one)})` : printWord(one))).join(' ');
  }
}

function printPipe(pipe: Pipe): string {
  const declared = pipe.declares.map((one) => one.path.join('.')).join(', ');
  const commands = pipe.commands.map(printWord).join(' | ');
  return declared === '' ? commands : `${declared} ${pipe.assigns ? '=' : ':='} ${commands}`;
}
