// Owns what a host asks of the shell around it (desktop, web shell), and what a shell may be asked to open.
import { AppError } from '../base/errors.ts';
import type { Capability, PickKind } from '../contract/calls/shell.ts';

/** Every method belongs to the capability of its name. Paths are absolute and have been checked. */
export interface ShellPort {
  readonly capabilities: readonly Capability[];
  /** Empty where the user cancelled. */
  pickFiles?(kind: PickKind): Promise<string[]>;
  reveal?(path: string): Promise<void>;
  /** @throws state/cannot-open where the system has no program for it */
  openPath?(path: string): Promise<void>;
  /** Prints the HTML file `from` as the PDF file `to`. */
  printReport?(from: string, to: string): Promise<void>;
  openExternal?(url: string): Promise<void>;
}

/** Pages that the product itself links to. Everything else, every other scheme above all, is refused. */
const EXTERNAL_HOSTS = new Set(['arxiv.org', 'doi.org', 'github.com', 'onnxruntime.ai']);

/** @returns the address as the system is to be given it @throws input/external-address */
export function requireExternal(address: string): string {
  const url = URL.parse(address);
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  if (!plain || !EXTERNAL_HOSTS.has(url.hostname)) throw new AppError('input/external-address', { address });
  return url.href;
}

/** Files that programs show and that cannot run. */
const HARMLESS = /\.(html|pdf|csv|tsv|txt|json|yaml|log|png|svg)$/i;

/** @throws input/not-opened for what could run */
export function requireHarmless(path: string): void {
  if (!HARMLESS.test(path)) throw new AppError('input/not-opened', { path });
}
