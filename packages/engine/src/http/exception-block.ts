// The way ClickHouse reports an error after the answer has begun: tag and message in, the closing block out.

/**
 * `\r\n__exception__\r\n<tag>\r\n<message>\n<bytes of message and its newline> <tag>\r\n__exception__\r\n`.
 * The tag is random for each answer, so data cannot pretend to be the block.
 */
export function printExceptionBlock(tag: string, message: string): Buffer {
  const text = Buffer.from(`${message.trimEnd()}\n`);
  const head = Buffer.from(`\r\n__exception__\r\n${tag}\r\n`);
  const foot = Buffer.from(`${text.length} ${tag}\r\n__exception__\r\n`);
  return Buffer.concat([head, text, foot]);
}
