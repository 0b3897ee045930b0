// Names inside a support case: cluster, component and host of records -> a path that `import` takes back.

/** Cluster and host names come from webhook paths and log lines; in a path they must stay names. */
function printSafe(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, (dots) => '_'.repeat(dots.length));
  return safe.slice(0, 200);
}

export interface ArchiveOrigin {
  readonly cluster: string;
  readonly host: string;
  readonly component: string;
}

export interface ArchiveNames {
  /** A new path for the next file of this origin; `oc adm must-gather` names them the same way. */
  next(origin: ArchiveOrigin): string;
}

export function createArchiveNames(): ArchiveNames {
  const used = new Map<string, number>();
  return {
    next({ cluster, host, component }) {
      const folder = component === '' ? 'audit' : printSafe(component);
      // `cluster=` says what the folder is: must-gathers have folders of other meanings in its place.
      const parts = cluster === '' ? [folder] : [`cluster=${encodeURIComponent(cluster).slice(0, 200)}`, folder];
      const stem = [...parts, host === '' ? 'audit' : `${printSafe(host)}-audit`].join('/');
      const count = (used.get(stem) ?? 0) + 1;
      used.set(stem, count);
      return count === 1 ? `${stem}.log` : `${stem}-${String(count).padStart(3, '0')}.log`;
    },
  };
}
