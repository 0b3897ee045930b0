// `-o name`: a record -> the object it was about, as arguments for kubectl.
import { type Row, textOf } from './row.ts';

/** Quoted where a shell or xargs would see more than one word in it. */
function quote(text: string): string {
  return /^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `deployments.apps/web -n shop`, so that `| sort -u | xargs -L1 kubectl get` works; '' when the request was about no object. */
export function printObjectName(row: Row): string {
  const resource = textOf(row, 'resource');
  if (resource === '') return '';
  const group = textOf(row, 'apiGroup');
  const name = textOf(row, 'name');
  const namespace = textOf(row, 'namespace');
  // A namespace object carries its own name as its namespace; kubectl would not want it twice.
  const inside = namespace === '' || resource === 'namespaces' ? '' : ` -n ${quote(namespace)}`;
  return `${quote(`${resource}${group === '' ? '' : `.${group}`}${name === '' ? '' : `/${name}`}`)}${inside}`;
}
