// `-o=json` as kubectl reads it: commander would take `=json` for the value, and `=` has a meaning of its own here. Words in, words out.
import type { Command, Option } from 'commander';

function findOption(command: Command, word: string): Option | undefined {
  const options = [...command.options, ...(command.parent?.options ?? [])];
  return options.find((option) => option.required && (option.long === word || option.short === word));
}

/** Values are left alone: `--user =x` and `-n =x` take x literally. */
export function dropShortEquals(command: Command, words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.flatMap((word, index) => {
    const isValue = index > 0 && findOption(command, words[index - 1] ?? '') !== undefined;
    const short = /^-[A-Za-z](?==)/.exec(word)?.[0];
    if (index >= end || isValue || short === undefined || findOption(command, short) === undefined) return [word];
    return [short, word.slice(short.length + 1)];
  });
}
