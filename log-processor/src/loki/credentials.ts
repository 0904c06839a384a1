/** Who we are to Loki: tenant and secret as headers. Secrets live in files, so that they are in no argument, environment or log. */
import { readFile } from 'node:fs/promises';

export type CredentialOptions = {
  readonly tenant?: string;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string };
  readonly bearerTokenFile?: string;
};

/** A secret could not be read; the message names the file, never its content. */
export class SecretUnreadable extends Error {}

export type Credentials = {
  /** @throws SecretUnreadable */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Read the files again at the next call: the secret may have been rotated. */
  forget(): void;
};

/** The one line of a secret file. @throws SecretUnreadable */
export const readSecret = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new SecretUnreadable(`cannot read the secret file ${path}${code}`, { cause: error });
  });
  const secret = text.trim();
  if (secret === '' || /[\r\n]/.test(secret)) throw new SecretUnreadable(`the secret file ${path} must hold one line`);
  return secret;
};

const authorization = async (options: CredentialOptions): Promise<Record<string, string>> => {
  if (options.bearerTokenFile !== undefined) return { authorization: `Bearer ${await readSecret(options.bearerTokenFile)}` };
  if (options.basicAuth === undefined) return {};
  const { username, passwordFile } = options.basicAuth;
  const pair = Buffer.from(`${username}:${await readSecret(passwordFile)}`).toString('base64');
  return { authorization: `Basic ${pair}` };
};

/** @throws RangeError when both ways of authorising are configured */
export const createCredentials = (options: CredentialOptions): Credentials => {
  if (options.basicAuth !== undefined && options.bearerTokenFile !== undefined) {
    throw new RangeError('configure basic auth or a bearer token for Loki, not both');
  }
  const tenant: Record<string, string> = options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant };
  let known: Record<string, string> | null = null;
  return {
    headers: async () => {
      known ??= { ...tenant, ...(await authorization(options)) };
      return known;
    },
    forget: () => {
      known = null;
    },
  };
};
