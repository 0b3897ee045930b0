// The way ClickHouse reports an error after the answer has begun: tag and message in, the closing block out.

/** Clients look no further back than this for the beginning of the block. */
const MAX_BLOCK_BYTES = 16 * 1024;

/**
 * `\r\n__exception__\r\n<tag>\r\n<message>\n<bytes of message and its newline> <tag>\r\n__exception__\r\n`.
 * The tag is random for each answer, so data cannot pretend to be the block.
 */
export function printExceptionBlock(tag: string, message: string): Buffer {
  const head = Buffer.from(`\r\n__exception__\r\n${tag}\r\n`);
  const room = MAX_BLOCK_BYTES - 2 * head.length - 16;
  const text = Buffer.concat([Buffer.from(message.trimEnd()).subarray(0, room), Buffer.from('\n')]);
  const foot = Buffer.from(`${text.length} ${tag}\r\n__exception__\r\n`);
  return Buffer.concat([head, text, foot]);
}
