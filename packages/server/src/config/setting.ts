// Setting: one row of the settings table, and the kinds of values it can hold. Texts of a flag, file or variable -> value or a sentence.
import { type ListenAddress, parseListen, printListen } from './listen-address.ts';
import { findNearestName } from './nearest-name.ts';
import { parseSize, printSize } from './parse-size.ts';
import { parseSpan, printSpan } from './parse-span.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  /** `nearest`: the valid word that was probably meant. */
  | { readonly ok: false; readonly expected: string; readonly nearest?: string };

export interface Setting<T> {
  /** The one name: `--name`, `name:` in the file, KUBEWITNESS_NAME. */
  readonly name: string;
  readonly kind: 'text' | 'path' | 'size' | 'duration' | 'seconds' | 'count' | 'switch' | 'choice' | 'list' | 'address';
  readonly byDefault: T;
  readonly help: string;
  /** Never printed when redacted; also read from the file that KUBEWITNESS_NAME_FILE names. */
  readonly secret: boolean;
  /** Texts in the order given; only a list looks at more than the last. Methods, so that settings of all kinds fit one table. */
  parse(texts: readonly string[]): Read<T>;
  print(value: T): string;
}

interface Row<T> {
  readonly name: string;
  readonly byDefault: T;
  readonly help: string;
}

type Parse<T> = (text: string) => T | undefined;

function single<T>(row: Row<T>, kind: Setting<T>['kind'], expected: string, parse: Parse<T>, print: (v: T) => string) {
  const setting: Setting<T> = {
    ...row,
    kind,
    secret: false,
    parse: (texts) => {
      const value = parse(texts.at(-1) ?? '');
      return value === undefined ? { ok: false, expected } : { ok: true, value };
    },
    print,
  };
  return setting;
}

export const text = (row: Row<string>, kind: 'text' | 'path' = 'text') =>
  single(row, kind, kind === 'path' ? 'a path' : 'a text', (t) => t, String);

export const secret = (row: Row<string>): Setting<string> => ({ ...text(row), secret: true });

export const size = (row: Row<number>, min = 0) =>
  single(
    row,
    'size',
    `a size such as 64MiB or 2GB${min > 0 ? `, at least ${printSize(min)}` : ', or off'}`,
    (t) => {
      const bytes = parseSize(t);
      return bytes === undefined || bytes < min ? undefined : bytes;
    },
    (v) => (v === 0 ? 'off' : printSize(v)),
  );

export const duration = (row: Row<number>, min = 0) =>
  single(
    row,
    'duration',
    `a duration such as 500ms, 90m or 30d${min > 0 ? `, at least ${printSpan(min)}` : ', or off'}`,
    (t) => {
      const ms = parseSpan(t);
      return ms === undefined || ms < min ? undefined : ms;
    },
    (v) => (v === 0 ? 'off' : printSpan(v)),
  );

/** For names that end in -seconds: a bare number is seconds; 60s and 5m are taken too. */
export const seconds = (row: Row<number>) =>
  single(
    row,
    'seconds',
    'a number of seconds above 0, such as 60',
    (t) => {
      const ms = /^\d{1,7}$/.test(t) ? Number(t) * 1000 : parseSpan(t);
      return ms === undefined || ms < 1000 ? undefined : Math.round(ms / 1000);
    },
    String,
  );

export const count = (row: Row<number>, min: number, max: number) =>
  single(
    row,
    'count',
    `a whole number from ${min} to ${max}`,
    (t) => (/^\d{1,9}$/.test(t) && Number(t) >= min && Number(t) <= max ? Number(t) : undefined),
    String,
  );

export const onOff = (row: Row<boolean>) =>
  single(
    row,
    'switch',
    'true or false',
    (t) => (t === 'true' || t === '' ? true : t === 'false' ? false : undefined),
    String,
  );

export const choice = <const T extends string>(row: Row<T>, words: readonly T[]): Setting<T> => {
  const setting = single<T>(row, 'choice', `one of ${words.join(', ')}`, (t) => words.find((w) => w === t), String);
  return {
    ...setting,
    parse(texts) {
      const read = setting.parse(texts);
      return read.ok ? read : { ...read, nearest: findNearestName(texts.at(-1) ?? '', words) };
    },
  };
};

export const address = (row: Row<ListenAddress>) =>
  single(row, 'address', '127.0.0.1:8440, [::1]:8440, :8440 or unix:/path/to/socket', parseListen, printListen);

export const list = (row: Omit<Row<readonly string[]>, 'byDefault'>): Setting<readonly string[]> => ({
  ...row,
  byDefault: [],
  kind: 'list',
  secret: false,
  parse: (texts) =>
    texts.some((t) => t === '') ? { ok: false, expected: 'texts that are not empty' } : { ok: true, value: texts },
  print: (value) => value.join(', '),
});
