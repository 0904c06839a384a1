/** The folder that holds the epoch keys and nothing else does: outside of it and of this program's memory they do not exist. */
import type { KeyObject } from 'node:crypto';
import { chmod, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StateRefused, StoreUnavailable } from '../store/store.ts';
import { createKeyFile, destroyKeyFile, draftSuffix, errorCode, isErased, keyBytes, KeyUnsafe, readKeyFile, syncFolder } from './key-file.ts';
import { type Epoch, epochOfFile, keyFileName } from './key-name.ts';

export type StoredKey = Epoch & {
  /** When the file was written, in milliseconds since 1970. */
  readonly writtenMs: number;
};

export type KeyVolume = {
  /** For hashes that must outlive a day, such as those of file heads. Never for a visitor. */
  readonly identityKey: KeyObject;
  /** True where this opening made the identity key: nothing hashed before can be recognised. */
  readonly identityIsNew: boolean;
  /** Makes the key of an epoch, or gives the one that is there: an epoch never has two. @throws StoreUnavailable */
  create(site: string, day: string): Promise<KeyObject>;
  /** Null where there is none. @throws StateRefused when the file is not safe */
  read(site: string, day: string): Promise<KeyObject | null>;
  list(): Promise<readonly StoredKey[]>;
  /** Overwrites and removes the key of an epoch; no error where there is none. @throws StoreUnavailable */
  destroy(site: string, day: string): Promise<void>;
};

/**
 * Opens the folder, made with mode 0700 where it is missing, and removes what a crash left of unfinished keys.
 * The caller owns the state, and with it this folder.
 * @throws StateRefused when the folder belongs to another user or the identity key is not safe
 * @throws StoreUnavailable when it cannot be written
 */
export async function openKeyVolume(options: { readonly folder: string }): Promise<KeyVolume> {
  const { folder } = options;
  return waiting(folder, async () => {
    await prepareFolder(folder);
    await sweep(folder);
    const identityPath = identityPathIn(folder);
    const existing = await readKeyFile(identityPath);
    const identityKey = existing ?? (await createKeyFile(identityPath));
    if (identityKey === null) throw new StateRefused(`Key file ${identityPath} appeared while it was made: another process uses ${folder}.`);
    return new FolderKeyVolume(folder, identityKey, existing === null);
  });
}

const identityPathIn = (folder: string): string => join(folder, 'identity.key');

/** The same for `rekey`: an identity key that is not safe is destroyed, and another one made. @throws StateRefused, StoreUnavailable */
export async function openKeyVolumeAnew(options: { readonly folder: string }): Promise<KeyVolume> {
  try {
    return await openKeyVolume(options);
  } catch (error) {
    if (!(error instanceof KeyUnsafe)) throw error;
    await destroyKeyFile(identityPathIn(options.folder));
    return openKeyVolume(options);
  }
}

class FolderKeyVolume implements KeyVolume {
  readonly identityKey: KeyObject;
  readonly identityIsNew: boolean;
  readonly #folder: string;

  constructor(folder: string, identityKey: KeyObject, identityIsNew: boolean) {
    [this.#folder, this.identityKey, this.identityIsNew] = [folder, identityKey, identityIsNew];
  }

  create(site: string, day: string): Promise<KeyObject> {
    const path = join(this.#folder, keyFileName({ site, day }));
    return waiting(this.#folder, async () => {
      const key = (await createKeyFile(path)) ?? (await readKeyFile(path));
      if (key === null) throw new StateRefused(`Key file ${path} vanished while it was made: another process uses ${this.#folder}.`);
      return key;
    });
  }

  read(site: string, day: string): Promise<KeyObject | null> {
    return waiting(this.#folder, () => readKeyFile(join(this.#folder, keyFileName({ site, day }))));
  }

  list(): Promise<readonly StoredKey[]> {
    return waiting(this.#folder, async () => {
      const found: StoredKey[] = [];
      for (const name of (await readdir(this.#folder)).sort()) {
        const epoch = epochOfFile(name);
        if (epoch !== null) found.push({ ...epoch, writtenMs: (await stat(join(this.#folder, name))).mtimeMs });
      }
      return found;
    });
  }

  destroy(site: string, day: string): Promise<void> {
    return waiting(this.#folder, () => destroyKeyFile(join(this.#folder, keyFileName({ site, day }))));
  }
}

async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await stat(folder);
  const user = process.getuid?.() ?? stats.uid;
  if (stats.uid !== user) {
    throw new StateRefused(`Key folder ${folder}: found owner ${stats.uid}, expected ${user}. Give it to the user that runs this.`);
  }
  // A volume starts with the mode its maker gave it; the key files are checked one by one when they are read.
  if ((stats.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** Removes drafts that never got their name, and keys that were overwritten but not removed yet. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(draftSuffix)) await sweepDraft(path);
    else if (epochOfFile(name) !== null && (await wasErased(path))) await rm(path);
  }
  await syncFolder(folder);
}

/** A draft with a second name is a key that is in use: only the draft's name goes. */
async function sweepDraft(path: string): Promise<void> {
  if ((await stat(path)).nlink > 1) await rm(path);
  else await destroyKeyFile(path);
}

async function wasErased(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  const secret = Buffer.alloc(keyBytes);
  try {
    const { bytesRead } = await file.read(secret, 0, keyBytes, 0);
    return bytesRead === keyBytes && isErased(secret);
  } finally {
    secret.fill(0);
    await file.close();
  }
}

const waitFor: ReadonlySet<string> = new Set(['EACCES', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOSPC', 'EPERM', 'EROFS']);

/** What the disk refuses now is worth another try; every other error is passed on. */
async function waiting<T>(folder: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!waitFor.has(errorCode(error))) throw error;
    const text = `Cannot use the key folder ${folder} (${errorCode(error)}). Make room or make it writable; it is tried again.`;
    throw new StoreUnavailable(text, { cause: error });
  }
}
