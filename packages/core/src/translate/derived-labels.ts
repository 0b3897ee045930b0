// DerivedLabels: what plain `| json` does not give (lists, annotations by their exact key, durations). Tests in; the stages that make the labels out.
import { quoteGo } from '../logql/index.ts';
import type { FilterFlag, Match } from '../wire/index.ts';
import { any, type LabelTest, leaf } from './label-test.ts';
import { equals, labelOfPath, matches } from './match-tests.ts';
import { escapeRegexp, quoteText } from './quote-text.ts';

const DECISION = 'authorization.k8s.io/decision';
const REASON = 'authorization.k8s.io/reason';
/** Nothing in it is escaped in JSON or special in an expression beyond the dot. */
const PLAIN_GROUP = /^[\w.:@/ -]+$/;

export type Derived =
  | { readonly ok: true; readonly test: LabelTest }
  | { readonly ok: false; readonly problem: string };

const give = (test: LabelTest): Derived => ({ ok: true, test });

export class DerivedLabels {
  readonly #paths = new Map<string, string>();
  readonly #templates = new Map<string, string>();

  /** `| json …` and `| label_format …`, in the order in which they need each other. */
  stages(): readonly string[] {
    const paths = [...this.#paths].map(([label, path]) => `${label}=${quoteText(path)}`);
    const templates = [...this.#templates].map(([label, template]) => `| label_format ${label}=${quoteText(template)}`);
    return [...(paths.length === 0 ? [] : [`| json ${paths.join(', ')}`]), ...templates];
  }

  testList(flag: FilterFlag, match: Match): Derived {
    switch (match.kind) {
      case 'cidr':
        return give(this.#testAddress(flag, match.text));
      case 'annotation':
        return this.#testAnnotation(match);
      case 'equals':
        return give(
          PLAIN_GROUP.test(match.text)
            ? this.#testPlainGroup(match.text)
            : this.#testGroup(`^${escapeRegexp(match.text)}$`),
        );
      case 'regexp':
        return give(this.#testGroup(match.text));
      default:
        throw new Error(`a ${match.kind} match of --${flag}`);
    }
  }

  testDuration(minNanos: bigint): LabelTest {
    const moment = (label: string) => `(toDateInZone "2006-01-02T15:04:05Z07:00" "UTC" .${label} | unixEpochNanos)`;
    const length = `{{sub ${moment('stageTimestamp')} ${moment('requestReceivedTimestamp')}}}ns`;
    this.#templates.set('took', `{{if .requestReceivedTimestamp}}${length}{{else}}-1ns{{end}}`);
    // Times in the log are whole microseconds, and so is what is compared.
    const micros = (minNanos + 999n) / 1000n;
    return leaf(`took >= ${printShortDuration(micros)}`, `took < ${printShortDuration(micros)}`);
  }

  /** `ip()` finds an address anywhere in the list's text. */
  #testAddress(flag: FilterFlag, cidr: string): LabelTest {
    const label = flag === 'peer-ip' ? this.#peer() : this.#path('source_ips', 'sourceIPs');
    const pattern = quoteText(cidr.replace(/^([\d.]+)\/32$|^([\da-f:.]+)\/128$/, '$1$2'));
    return leaf(`${label}=ip(${pattern})`, `${label}!=ip(${pattern})`);
  }

  /** The last of the list. */
  #peer(): string {
    this.#path('source_ips', 'sourceIPs');
    this.#templates.set('peer_ip', '{{regexReplaceAll ".*\\"([^\\"]*)\\"\\\\s*]$" .source_ips "$1"}}');
    return 'peer_ip';
  }

  #testPlainGroup(group: string): LabelTest {
    return matches(this.#path('user_groups', 'user.groups'), `.*[\\[,\\s]"${escapeRegexp(group)}".*`);
  }

  /** Each group by itself: how often the expression is found in it, one number after the other. */
  #testGroup(pattern: string): LabelTest {
    // An object is kept as it is written; in a list that is picked by itself Loki resolves the escapes.
    this.#path('event_user', 'user');
    const count = `{{count ${quoteGo(pattern)} .}}`;
    return matches(
      this.#template('in_groups', `{{if .event_user}}{{range (fromJson .event_user).groups}}${count}{{end}}{{end}}`),
      '.*[1-9].*',
    );
  }

  #testAnnotation({ key, value }: Extract<Match, { kind: 'annotation' }>): Derived {
    if (key === DECISION || key === REASON) {
      // The reason comes with a decision, and then may be empty; where authorisation failed it comes alone.
      const proofs = (key === DECISION ? [DECISION] : [DECISION, REASON]).map((name) =>
        labelOfPath(`annotations.${name}`),
      );
      if (value === undefined) return give(any(...proofs.map((label) => leaf(`${label}!=""`, `${label}=""`))));
      return give(equals(labelOfPath(`annotations.${key}`), value));
    }
    if (/["\\\p{Cc}]/u.test(key)) {
      return {
        ok: false,
        problem: `--annotation ${JSON.stringify(key)}: LogQL has no path for a key with such signs.`,
      };
    }
    if (value !== undefined) {
      return give(equals(this.#path(`annotation_${this.#paths.size + 1}`, `annotations["${key}"]`), value));
    }
    // The key may stand there with an empty value, which a label cannot show.
    this.#path('annotations', 'annotations');
    const found = `{{range $key, $value := fromJson .annotations}}{{if eq $key "${key}"}}yes{{end}}{{end}}`;
    return give(equals(this.#template('has_annotation', `{{if .annotations}}${found}{{end}}`), 'yes'));
  }

  /** The label that the path gives; the same path is read once. */
  #path(wanted: string, path: string): string {
    const known = [...this.#paths].find(([, one]) => one === path)?.[0];
    this.#paths.set(known ?? wanted, path);
    return known ?? wanted;
  }

  #template(wanted: string, template: string): string {
    const label = `${wanted}_${this.#templates.size + 1}`;
    this.#templates.set(label, template);
    return label;
  }
}

/** In one unit that Go's durations have. */
function printShortDuration(micros: bigint): string {
  if (micros % 1_000_000n === 0n) return `${micros / 1_000_000n}s`;
  return micros % 1000n === 0n ? `${micros / 1000n}ms` : `${micros}us`;
}
