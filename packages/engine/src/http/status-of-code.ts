// The HTTP status ClickHouse answers for an exception: its number in, the status out.

const STATUS: ReadonlyArray<readonly [status: number, codes: readonly number[]]> = [
  [400, [6, 26, 27, 33, 38, 41, 53, 62, 69, 70, 72, 117, 130, 131, 167, 168]],
  [401, [194, 516]],
  [403, [164, 192, 193, 497]],
  [404, [46, 47, 50, 60, 63, 73, 81, 115, 366]],
  [408, [159]],
  [411, [381]],
  [413, [223]],
  [500, []],
  [501, [48]],
  [503, [76, 202, 209, 439]],
];

export function getStatusOfCode(code: number): number {
  return STATUS.find(([, codes]) => codes.includes(code))?.[0] ?? 500;
}
