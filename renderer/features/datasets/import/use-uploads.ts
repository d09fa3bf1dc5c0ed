// Owns sending the draft's files to the host: a few at a time, each with its progress, and again where one failed.
import { computed, type ComputedRef } from 'vue';
import { uploadFile } from '../../../lib/upload.ts';
import {
  addTable,
  draft,
  type DraftFile,
  type DraftTable,
  everyFile,
  generation,
  isDataFile,
  nextKey,
} from './draft.ts';

const AT_ONCE = 3;
let active = 0;
const controllers = new Map<number, AbortController>();

function waiting(): DraftFile | undefined {
  return everyFile().find((file) => file.file && file.path === null && !file.error && !controllers.has(file.key));
}

function sendNext(): void {
  while (active < AT_ONCE) {
    const next = waiting();
    if (!next) return;
    void send(next);
  }
}

async function send(entry: DraftFile): Promise<void> {
  const own = generation.value;
  const control = new AbortController();
  controllers.set(entry.key, control);
  active++;
  try {
    entry.path = await uploadFile(entry.file as File, (sent) => (entry.sent = sent), control.signal);
    entry.sent = entry.bytes;
  } catch (thrown) {
    entry.error = thrown instanceof Error ? thrown : new Error(String(thrown));
  } finally {
    active--;
    controllers.delete(entry.key);
    if (own === generation.value) sendNext();
  }
}

const entryOf = (file: File): DraftFile => ({
  key: nextKey(),
  name: file.name,
  bytes: file.size,
  path: null,
  sent: 0,
  error: null,
  file,
});

/** @returns names of what was left out, since it is no data */
export function addFiles(files: readonly File[]): string[] {
  const data = files.filter(({ name }) => isDataFile(name));
  draft.files.push(...data.map(entryOf));
  sendNext();
  return files.filter((file) => !data.includes(file)).map(({ name }) => name);
}

/** Files to hold beside the bars. @returns as addFiles */
export function addTables(files: readonly File[]): string[] {
  const data = files.filter(({ name }) => isDataFile(name));
  for (const file of data) addTable(entryOf(file));
  sendNext();
  return files.filter((file) => !data.includes(file)).map(({ name }) => name);
}

export function setSectors(file: File): void {
  if (draft.sectors) drop(draft.sectors);
  draft.sectors = entryOf(file);
  sendNext();
}

function drop({ key }: DraftFile): void {
  controllers.get(key)?.abort();
}

/** Of bars or sectors; tables that are read from the same file go with it. */
export function removeFile(entry: DraftFile): void {
  drop(entry);
  if (draft.sectors?.key === entry.key) draft.sectors = null;
  draft.files = draft.files.filter(({ key }) => key !== entry.key);
  draft.tables = draft.tables.filter(({ file }) => file.key !== entry.key);
}

export function removeTable(entry: DraftTable): void {
  draft.tables = draft.tables.filter(({ key }) => key !== entry.key);
  if (everyFile().every(({ key }) => key !== entry.file.key)) drop(entry.file);
}

export function removeAll(): void {
  const keys = new Set(draft.files.map(({ key }) => key));
  for (const entry of draft.files) drop(entry);
  draft.files = [];
  draft.tables = draft.tables.filter(({ file }) => !keys.has(file.key));
}

/** Sends nothing further of a draft that is thrown away. */
export function stopAll(): void {
  for (const entry of everyFile()) drop(entry);
}

export function retryFile(entry: DraftFile): void {
  entry.error = null;
  entry.sent = 0;
  sendNext();
}

/** Bytes of what is being sent; null while nothing is. */
export const sending: ComputedRef<{ done: number; total: number; files: number; sent: number } | null> = computed(
  () => {
    const uploads = everyFile().filter(({ file }) => file);
    if (uploads.every(({ path, error }) => path !== null || error)) return null;
    return {
      done: uploads.reduce((sum, { sent = 0 }) => sum + sent, 0),
      total: uploads.reduce((sum, { bytes }) => sum + bytes, 0),
      files: uploads.length,
      sent: uploads.filter(({ path }) => path !== null).length,
    };
  },
);

/** Files of a drop, those in folders included. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // The list is emptied as soon as this function first waits.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const each of some) if (!each.name.startsWith('.')) found.push(...(await filesOf(each)));
  }
}
