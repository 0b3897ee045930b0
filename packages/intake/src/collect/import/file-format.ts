// File formats by their first bytes. In: the head of a file. Out: whether it is an archive, or something that is not read here.

const HEADER_BYTES = 512;
const CHECKSUM_START = 148;
const CHECKSUM_END = 156;

/** By the checksum every tar header carries, so that archives without the `ustar` mark count too. */
export function isTar(head: Buffer): boolean {
  if (head.length < HEADER_BYTES || head[0] === 0) return false;
  const stored = Number.parseInt(head.toString('latin1', CHECKSUM_START, CHECKSUM_END).replace(/\0.*$/s, '').trim(), 8);
  let sum = 0;
  for (let at = 0; at < HEADER_BYTES; at++) sum += at >= CHECKSUM_START && at < CHECKSUM_END ? 0x20 : (head[at] ?? 0);
  return stored === sum;
}

export interface ForeignFormat {
  readonly name: string;
  /** A command that unpacks it. */
  readonly wayOut: string;
}

const FOREIGN: readonly (ForeignFormat & { readonly magic: readonly number[] })[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: 'xz data', wayOut: '`xz -dc FILE | kubewitness import -`.' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd data', wayOut: '`zstd -dc FILE | kubewitness import -`.' },
  { magic: [0x42, 0x5a, 0x68], name: 'bzip2 data', wayOut: '`bzip2 -dc FILE | kubewitness import -`.' },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: 'a zip archive', wayOut: '`unzip FILE -d DIR && kubewitness import DIR`.' },
];

export function foreignFormat(head: Buffer): ForeignFormat | undefined {
  return FOREIGN.find(({ magic }) => magic.every((byte, at) => head[at] === byte));
}
