/** Opens the very file that a listing of the folder showed, and none that took its name since. */
import { FolderMoved } from './folder-moved.ts';
import type { Listed } from './list-folder.ts';
import { openFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';

/** @throws FolderMoved where another file lies there now, or none, and errors of the file system */
export async function openListed({ path, inode, device }: Listed): Promise<OpenFile> {
  const opened = await openFile(path);
  if (opened === null) throw new FolderMoved(path);
  try {
    const now = await opened.look();
    if (now.inode !== inode || now.device !== device) throw new FolderMoved(path);
    return opened;
  } catch (error) {
    await opened.bytes.close();
    throw error;
  }
}
