// The HTTP status ClickHouse answers for an exception: its number in, the status out.

/** As its own table of statuses has it; every other exception is 500. */
const STATUS: ReadonlyArray<readonly [status: number, codes: readonly number[]]> = [
  [
    400,
    [
      6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 67, 68, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675,
      676,
    ],
  ],
  [401, [194]],
  [403, [192, 193, 497, 512, 516]],
  [404, [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]],
  [408, [159]],
  [411, [381]],
  [413, [229]],
  [415, [779]],
  [501, [48]],
  [503, [76, 209, 439]],
];

export function getStatusOfCode(code: number): number {
  return STATUS.find(([, codes]) => codes.includes(code))?.[0] ?? 500;
}
