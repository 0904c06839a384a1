/** Reads the target of a request as a path, also where a client wrote the whole address of it. */

const authority = /^[a-z][a-z0-9+.-]{0,20}:\/\/[^/?#]*/i;

/**
 * `http://host/path?query` as `/path?query` (RFC 9112 section 3.2.2: servers must take both for the same); the host, which the client chose, is dropped.
 * A missing path is `/` (RFC 9110 section 4.2.3). Any other target, such as `*` or `host:443`, stays as it is.
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const found = authority.exec(target);
  if (found === null) return target;
  const rest = target.slice(found[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
