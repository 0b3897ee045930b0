// docs/errors/README.md: first lines of the pages (`# CODE: title`) -> the table of all codes, by the part of the program they come from.

/** The beginning of a code after KW_ -> what it is about. Codes that fit nothing come last. */
const PARTS: readonly (readonly [beginning: RegExp, title: string])[] = [
  [/^(START|DATA|CONFIG|LISTEN|PORT|BIND)/, 'Starting the server, settings'],
  [/^(TOKEN|ROLE|TLS|ACCESS|CROSS|HOST_HEADER)/, 'Tokens, certificates, log of reads'],
  [/^FOLLOW/, 'Following a log'],
  [/^WEBHOOK/, 'Webhook'],
  [/^IMPORT/, 'Imports'],
  [/^(FRAME|INGEST|SPOOL|INTAKE)/, 'Taking records in'],
  [/^(ENGINE|STORE)/, 'Engine and store'],
  [/^(QUERY|TOO_MANY_QUERIES|SLOW_READER)/, 'Questions'],
  [/^CLI/, 'Command line'],
  [/^POLICY/, 'Audit policies'],
  [/^/, 'HTTP'],
];

const INTRODUCTION = `# Error codes

Every message that KubeWitness shows begins with a code, and every code has a page: what it means, how to find out more, what to do.
In the HTTP API the code is the member \`code\` of the problem (RFC 9457). This table is printed from the pages by \`test/contracts\`
(\`npx vitest run test/contracts -u\`).
`;

export function printErrorIndex(titles: readonly string[]): string {
  const rows = titles.map((line) => {
    const [, code = '', title = ''] = /^# (KW_\w+): (.*)$/.exec(line) ?? [];
    const part = PARTS.findIndex(([beginning]) => beginning.test(code.slice('KW_'.length)));
    return { part, text: `| [${code}](${code}.md) | ${title} |` };
  });
  const sections = PARTS.map(([, title], part) => {
    const own = rows.filter((row) => row.part === part).map((row) => row.text);
    return `\n## ${title}\n\n| code | meaning |\n|---|---|\n${own.join('\n')}\n`;
  });
  return INTRODUCTION + sections.join('');
}
