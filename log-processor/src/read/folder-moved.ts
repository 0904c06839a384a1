/** Files were renamed while they were looked at: nothing that was seen is of one moment, so it is looked at again. */
export class FolderMoved extends Error {
  /** @param path which file was expected there, or the path that is followed */
  constructor(path: string) {
    super(`${path}: renamed while it was looked at`);
  }
}
