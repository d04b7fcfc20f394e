/** What was dropped or chosen, as files with the names the server shall know them by. */

export interface Found {
  /** The path inside the dropped folder, with "/" between its parts. */
  readonly name: string;
  readonly file: File;
}

/** What file managers and archivers leave lying about. */
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX(\/.*)?|\._[^/]*)$/i;

export function isLitter(name: string): boolean {
  return LITTER.test(name);
}

/** Files of an input; a chosen folder brings its paths along. */
export function fromInput(files: FileList): Found[] {
  return tidy([...files].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
}

/** Files of a drop, folders walked to their ends. */
export async function fromDrop(transfer: DataTransfer): Promise<Found[]> {
  // The entries must be taken before the first wait: afterwards the transfer is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return fromInput(transfer.files);
  const found: Found[] = [];
  for (const entry of entries) await walk(entry, "", found);
  return tidy(found);
}

async function walk(entry: FileSystemEntry, path: string, found: Found[]): Promise<void> {
  const name = path + entry.name;
  if (entry.isFile) {
    found.push({ name, file: await fileOf(entry as FileSystemFileEntry) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walk(child, `${name}/`, found);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function tidy(found: readonly Found[]): Found[] {
  return found.filter(({ name }) => !isLitter(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
