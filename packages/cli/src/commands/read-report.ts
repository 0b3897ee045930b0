// An answer that is one JSON object -> Row, or the sentence that it is none.
import { type Call, CliProblem, type HttpClient } from '../client/index.ts';
import { memberOf, type Row } from '../output/index.ts';

export async function readReport(client: HttpClient, call: Call): Promise<Row> {
  const value = await client.getJson(call);
  const row = memberOf({ value }, 'value');
  if (Object.keys(row).length > 0) return row;
  throw new CliProblem(
    'KW_CLI_ANSWER',
    `${client.address} gave an answer of another kind; is it a KubeWitness server of this version?`,
  );
}
