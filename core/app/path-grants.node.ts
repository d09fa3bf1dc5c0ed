// Owns which files the interface may name: those in some of the workspace's folders, and in folders that the user granted when the
// host was started or picked in a dialog. The command line, which acts for a user with a shell, is not asked.
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Handlers } from '../contract/api.ts';
import { workspacePaths } from './paths.ts';

/** Folders of the workspace that hold files to import, or that were written for taking away. */
const OWN = [workspacePaths.uploads, workspacePaths.exports, workspacePaths.synthetic] as const;

export interface FileRoot {
  path: string;
  label: string;
}

export class PathGrants {
  readonly #workspace: string;
  readonly #granted = new Set<string>();

  /** @param folders granted from the start; files may be named too */
  constructor(workspace: string, folders: readonly string[] = []) {
    this.#workspace = resolve(workspace);
    for (const folder of folders) this.grant(folder);
  }

  grant(path: string): void {
    this.#granted.add(resolve(path));
  }

  /** Folders to look into. */
  roots(): FileRoot[] {
    const own = [workspacePaths.uploads, workspacePaths.exports].map((label) => ({
      path: join(this.#workspace, label),
      label,
    }));
    const folders = [...this.#granted].filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
    return [...own, ...folders.map((path) => ({ path, label: basename(path) || path }))];
  }

  /**
   * The real path of what a client named, which may not exist yet; relative ones start at the workspace.
   * @throws input/path-not-granted also where only a link leads out of the granted folders
   */
  require(path: string): string {
    return this.#requireIn(path, [...OWN.map((name) => join(this.#workspace, name)), ...this.#granted]);
  }

  /** The same for what may be looked at as well: everything in the workspace. */
  requireShown(path: string): string {
    return this.#requireIn(path, [this.#workspace, ...this.#granted]);
  }

  /** A report of the workspace. */
  requireReport(path: string): string {
    return this.#requireIn(path, [join(this.#workspace, workspacePaths.reports)]);
  }

  #requireIn(path: string, roots: readonly string[]): string {
    const refuse = () => new AppError('input/path-not-granted', { path });
    if (path.includes('\0')) throw refuse();
    const asked = resolve(this.#workspace, path);
    // By name first: nothing outside is even touched, which on Windows could be a share on another machine.
    const known = [...roots, ...roots.map(realPath)];
    if (!known.some((root) => isInside(root, asked))) throw refuse();
    const real = realPath(asked);
    if (lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink()) throw refuse(); // it leads to what does not exist yet
    if (!roots.some((root) => isInside(realPath(root), real))) throw refuse();
    return real;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** With every link on the way resolved, also where the end of the way does not exist yet. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return join(realPath(dirname(path)), basename(path));
  }
}

/** Data that was granted for reading is not written over. @throws input/not-a-report */
function requireHtml(path: string): string {
  if (!/\.html$/i.test(path)) throw new AppError('input/not-a-report', { path });
  return path;
}

type Inputs = { [N in keyof Handlers]: Parameters<Handlers[N]>[0] };
type Check<N extends keyof Handlers> = (input: Inputs[N], grants: PathGrants) => Inputs[N];

/** Every call whose input names files, and what its input becomes. A test holds this against the contract. */
const CHECKED = {
  'datasets.inspect': (input, grants) => ({ ...input, files: input.files.map((file) => grants.require(file)) }),
  'datasets.databases': (input, grants) => ({ ...input, files: input.files.map((file) => grants.require(file)) }),
  'datasets.inspectSectors': (input, grants) => ({ ...input, path: grants.require(input.path) }),
  'datasets.inspectTable': (input, grants) => ({ ...input, path: grants.require(input.path) }),
  'datasets.import': (input, grants) => ({
    ...input,
    files: input.files.map((file) => grants.require(file)),
    sectors: input.sectors === undefined ? undefined : grants.require(input.sectors),
    tables: input.tables.map(({ name, path }) => ({ name, path: grants.require(path) })),
  }),
  'checkpoints.export': (input, grants) => ({ ...input, folder: grants.require(input.folder) }),
  'checkpoints.import': (input, grants) => ({ ...input, path: grants.require(input.path) }),
  'reports.write': (input, grants) => ({
    ...input,
    path: input.path === undefined ? undefined : requireHtml(grants.require(input.path)),
  }),
  'files.list': (input, grants) => ({ ...input, folder: grants.require(input.folder) }),
  'shell.reveal': (input, grants) => ({ ...input, path: grants.requireShown(input.path) }),
  'shell.openPath': (input, grants) => ({ ...input, path: grants.requireShown(input.path) }),
  'shell.printReport': (input, grants) => ({ ...input, path: grants.requireReport(input.path) }),
} satisfies { [N in keyof Handlers]?: Check<N> };

export const CHECKED_CALLS = Object.keys(CHECKED) as (keyof typeof CHECKED)[];

/** The handlers as a client of the interface reaches them. */
export function withGrants(handlers: Handlers, grants: PathGrants): Handlers {
  const checked = Object.fromEntries(
    CHECKED_CALLS.map((name) => {
      const check = CHECKED[name] as Check<typeof name>;
      const handler = handlers[name] as (input: unknown, signal: AbortSignal) => unknown;
      return [name, (input: never, signal: AbortSignal) => handler(check(input, grants), signal)];
    }),
  );
  return { ...handlers, ...checked } as Handlers;
}
