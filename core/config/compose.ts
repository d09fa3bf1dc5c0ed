// Owns composition: config.yaml, then one file of each group in the order of its defaults list, then the command line, later
// ones over earlier ones; then references, then the check. Pure: the files' texts come in, a Config goes out.
import { LineCounter, parse, parseDocument, stringify } from 'yaml';
import { AppError } from '../base/errors.ts';
import { checkConfig } from './check.ts';
import { interpolate, isTree, type Tree } from './interpolate.ts';
import { nearestName } from '../base/nearest.ts';
import type { Config } from './schema.ts';

/** Texts by path inside the config folder: { 'config.yaml': ..., 'model/large.yaml': ... }. */
export type ConfigFiles = Readonly<Record<string, string>>;

/** What composition is made from; kept, so that each phase of a run can be composed on the same base. */
export interface ConfigSources {
  readonly files: ConfigFiles;
  /** As typed: 'train.max_epochs=5', 'mode=debug'. */
  readonly overrides: readonly string[];
  /** Put before file names in messages. */
  readonly folder: string;
}

const ROOT_FILE = 'config.yaml';
const COMMAND_LINE = 'command line';

/**
 * @param overrides `path=value` with a YAML value, or `group=choice` for a group of the defaults list; they win over every file
 * @throws config/* naming the file (or "command line") and the path
 */
export function composeConfig(files: ConfigFiles, overrides: readonly string[] = [], folder = 'configs'): Config {
  const read = (path: string): Tree => {
    if (!Object.hasOwn(files, path)) throw new AppError('config/no-file', { file: `${folder}/${path}` });
    return parseConfigText(files[path], `${folder}/${path}`);
  };
  const { defaults, ...own } = read(ROOT_FILE);
  const choices = defaultChoices(defaults, `${folder}/${ROOT_FILE}`);
  const values: { path: string; value: unknown }[] = [];
  for (const override of overrides) {
    const { path, value } = parseOverride(override);
    if (choices.has(path)) choices.set(path, { choice: String(value), file: COMMAND_LINE });
    else values.push({ path, value });
  }

  const composed = new Composition();
  composed.merge(own, `${folder}/${ROOT_FILE}`);
  const include = (group: string, choice: string, chosenIn: string, including: readonly string[]): void => {
    const path = `${group}/${choice}.yaml`;
    const isPart = including.length === 0 && choice.startsWith('_');
    if (isPart || !Object.hasOwn(files, path)) throw unknownChoice(files, group, choice, chosenIn);
    if (including.includes(path)) {
      throw new AppError('config/defaults-cycle', { file: chosenIn, chain: [...including, path].join(' -> ') });
    }
    const { defaults: bases, ...body } = read(path);
    for (const [base, { choice: option }] of defaultChoices(bases, `${folder}/${path}`)) {
      include(base, option, `${folder}/${path}`, [...including, path]);
    }
    composed.merge(body, `${folder}/${path}`);
  };
  for (const [group, { choice, file }] of choices) include(group, choice, file, []);
  for (const { path, value } of values) composed.set(path, value);

  const fileOf = (path: string) => composed.fileOf(path);
  return checkConfig(interpolate(composed.tree, fileOf), fileOf);
}

/** The config of one phase of a run: the same sources with `train` set to that phase's file. */
export function composePhase(sources: ConfigSources, phase: string): Config {
  return composeConfig(sources.files, [...sources.overrides, `train=${phase}`], sources.folder);
}

/** An override that sets `path` to exactly `value`, also where its text would read as another type ("2024", "true"). */
export function overrideOf(path: string, value: unknown): string {
  return `${path}=${JSON.stringify(value)}`; // JSON is YAML
}

/** As it is stored with every run and checkpoint: complete, references replaced. */
export function configToYaml(config: Config): string {
  return stringify(config, { lineWidth: 0 });
}

/** The choices that a group offers, sorted. A file whose name starts with "_" is a part that others build on, no choice. */
export function groupChoices(files: ConfigFiles, group: string): string[] {
  const prefix = `${group}/`;
  const paths = Object.keys(files).filter((path) => path.startsWith(prefix) && path.endsWith('.yaml'));
  const names = paths.map((path) => path.slice(prefix.length, -'.yaml'.length));
  return names.filter((name) => !name.startsWith('_')).sort();
}

/** Values merged so far, and who set each. */
class Composition {
  readonly tree: Tree = Object.create(null);
  readonly #files = new Map<string, string>();

  merge(layer: Tree, file: string, target = this.tree, prefix = ''): void {
    for (const [key, value] of Object.entries(layer)) {
      const path = prefix + key;
      this.#files.set(path, file);
      const present = target[key];
      if (isTree(value) && isTree(present)) this.merge(value, file, present, `${path}.`);
      else if (isTree(value)) this.merge(value, file, (target[key] = Object.create(null)), `${path}.`);
      else target[key] = value;
    }
  }

  set(path: string, value: unknown): void {
    const layer = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    this.merge(layer as Tree, COMMAND_LINE);
  }

  /** Who set the value at `path`, or, where nobody did, the section that it is missing from. */
  fileOf(path: string): string {
    for (let rest = path; rest !== ''; rest = rest.slice(0, Math.max(rest.lastIndexOf('.'), 0))) {
      const file = this.#files.get(rest);
      if (file !== undefined) return file;
    }
    return ROOT_FILE;
  }
}

/** @throws config/bad-yaml naming `file`, line and column */
export function parseConfigText(text: string, file: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const bad = (offset: number, problem: string, cause?: unknown) => {
    const { line, col } = lines.linePos(offset);
    return new AppError('config/bad-yaml', { file, line, column: col, problem }, cause);
  };
  const [error] = document.errors;
  if (error) throw bad(error.pos[0], error.message);
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (cause) {
    throw bad(0, cause instanceof Error ? cause.message : String(cause), cause); // an alias without its anchor
  }
  if (!isTree(value)) throw bad(0, 'keys expected');
  return value;
}

function defaultChoices(defaults: unknown, file: string): Map<string, { choice: string; file: string }> {
  const choices = new Map<string, { choice: string; file: string }>();
  if (defaults === undefined) return choices;
  const bad = (found: unknown) => new AppError('config/bad-defaults', { file, found: JSON.stringify(found) });
  if (!Array.isArray(defaults)) throw bad(defaults);
  for (const item of defaults) {
    const entries = isTree(item) ? Object.entries(item) : [];
    if (entries.length !== 1 || typeof entries[0][1] !== 'string') throw bad(item);
    choices.set(entries[0][0], { choice: entries[0][1], file });
  }
  return choices;
}

/** @throws config/bad-override */
export function parseOverride(text: string): { path: string; value: unknown } {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || path.split('.').includes('')) throw new AppError('config/bad-override', { text });
  try {
    return { path, value: parse(value) as unknown };
  } catch (cause) {
    throw new AppError('config/bad-override', { text }, cause);
  }
}

function unknownChoice(files: ConfigFiles, group: string, choice: string, file: string): AppError {
  const choices = groupChoices(files, group);
  const nearest = choices.length > 0 ? nearestName(choice, choices) : '-';
  return new AppError('config/unknown-choice', { file, group, choice, nearest, choices: choices.join(', ') });
}
