/** What the file system refuses is a broken world: nothing is read now, it is said why, and the next read tries again. */
import { FolderMoved } from './folder-moved.ts';
import { errorCode } from './list-folder.ts';
import { isFileSystemError } from './locate-file.ts';

/**
 * The answer of the work, or null where the folder moved under it or the file system refused; then `say` is told what a person should look at.
 * @throws every other error of the work
 */
export async function patiently<T>(path: string, work: () => Promise<T>, say: (problem: string) => void): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FolderMoved) return null;
    if (!isFileSystemError(error)) throw error;
    say(`${path}: expected a folder and log files that can be read, but got ${errorCode(error)}; trying again`);
    return null;
  }
}
