// What the policy evaluator sees of one request: the attributes that the API server has derived before it audits.

export interface RequestAttributes {
  /** null when the request has no user at all, which no server in service ever sends; '' is a user without a name. */
  readonly user: string | null;
  readonly groups: readonly string[];
  readonly verb: string;
  readonly isResource: boolean;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  /** The decoded path without the query. */
  readonly path: string;
}

export const NO_REQUEST: RequestAttributes = {
  user: '',
  groups: [],
  verb: '',
  isResource: false,
  apiGroup: '',
  resource: '',
  subresource: '',
  name: '',
  namespace: '',
  path: '',
};
