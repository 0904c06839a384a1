/** The login of Shelly's second generation: HTTP Digest with SHA-256, because Basic is refused there. */
import { SensorFailed } from '../reading.ts';

// Loaded where a plug wants it: memory that is taken is never given back.
const crypto = () => process.getBuiltinModule('node:crypto');

export type Login = { readonly username: string; readonly password: string };

/**
 * The `Authorization` of one GET, by RFC 7616 (section 3.4, `qop=auth`) and https://shelly-api-docs.shelly.cloud/gen2/General/Authentication.
 * @param challenge the `WWW-Authenticate` of the answer with status 401
 * @param path path and query as they are asked for
 * @throws SensorFailed where the device wants another kind of login
 */
export function digestLogin(challenge: string, path: string, { username, password }: Login, cnonce: string = crypto().randomBytes(16).toString('hex')): string {
  const said = (name: string): string => {
    const [, quoted, bare] = new RegExp(`(?:^|[ ,])${name}=(?:"([^"]*)"|([^",\\s]+))`, 'i').exec(challenge) ?? [];
    return quoted ?? bare ?? '';
  };
  const [realm, nonce, algorithm] = [said('realm'), said('nonce'), said('algorithm')];
  if (!/^Digest /i.test(challenge) || nonce === '' || algorithm.toUpperCase() !== 'SHA-256' || !said('qop').split(/, */).includes('auth')) throw new SensorFailed('the plug wants another login than Digest with SHA-256');
  const [count, opaque] = ['00000001', said('opaque')];
  const response = hash(`${hash(`${username}:${realm}:${password}`)}:${nonce}:${count}:${cnonce}:auth:${hash(`GET:${path}`)}`);
  return `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=SHA-256, response="${response}", qop=auth, nc=${count}, cnonce="${cnonce}"${opaque === '' ? '' : `, opaque="${opaque}"`}`;
}

const hash = (text: string): string => crypto().createHash('sha256').update(text).digest('hex');
