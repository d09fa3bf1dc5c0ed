// Owns the config as a form sees it: each key with its kind, bounds and choices out of the schema, and the words that the config
// files say of it.
import { isMap, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { type ConfigFiles, groupChoices } from './compose.ts';
import { configSchema } from './schema.ts';

export interface ConfigField {
  /** "train.learning_rate" */
  path: string;
  kind: 'number' | 'integer' | 'boolean' | 'text' | 'choice' | 'list';
  /** A bound may itself be excluded, as the 0 of a learning rate; the check of the whole config says so. */
  min: number | null;
  max: number | null;
  choices: string[];
  /** In English, as the files say it; empty where they say nothing. */
  comment: string;
  nullable: boolean;
}

/** What JSON Schema says of a key, as far as forms need it. */
interface Shape {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  anyOf?: Shape[];
  properties?: Record<string, Shape>;
}

/** Every key of the config, in the order of the schema. */
export function configFields(files: ConfigFiles): ConfigField[] {
  const comments = commentsOf(files);
  const schema = z.toJSONSchema(configSchema, { unrepresentable: 'any' }) as Shape;
  return leaves(schema).map(([path, shape]) => {
    const field = { path, comment: comments.get(path) ?? '', ...describe(shape) };
    // A mode is a file of its group: which there are, the files say.
    return path === 'mode' ? { ...field, kind: 'choice', choices: groupChoices(files, 'mode') } : field;
  });
}

function leaves(shape: Shape, prefix = ''): [path: string, shape: Shape][] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, inner]): [string, Shape][] =>
    inner.properties ? leaves(inner, `${prefix}${key}.`) : [[prefix + key, inner]],
  );
}

function describe(shape: Shape): Omit<ConfigField, 'path' | 'comment'> {
  const all = (shape.anyOf ?? [shape]).flatMap((one) => [one.type ?? []].flat().map((type) => ({ ...one, type })));
  const kinds = all.filter(({ type }) => type !== 'null');
  const nullable = kinds.length < all.length;
  const list = kinds.find(({ type }) => type === 'array');
  const one = list ?? kinds[0];
  const choices = (one.enum ?? []).map(String);
  const none = { min: null, max: null, choices, nullable };
  if (list)
    return {
      ...none,
      kind: 'list',
      choices: kinds.flatMap(({ const: word }) => (word === undefined ? [] : [String(word)])),
    };
  if (choices.length > 0) return { ...none, kind: 'choice' };
  switch (one.type) {
    case 'boolean':
      return { ...none, kind: 'boolean' };
    case 'integer':
    case 'number':
      return {
        ...none,
        kind: one.type,
        min: bound(one.minimum ?? one.exclusiveMinimum),
        max: bound(one.maximum ?? one.exclusiveMaximum),
      };
    default:
      return { ...none, kind: 'text' };
  }
}

/** The bounds of what a double holds exactly are none that a person set. */
const bound = (value: number | undefined): number | null =>
  value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? null : value;

/** By path: the comment beside the key, of the first file, by name, that has one; bases come before what builds on them. */
function commentsOf(files: ConfigFiles): Map<string, string> {
  const comments = new Map<string, string>();
  const visit = (node: unknown, prefix: string): void => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const path = prefix + (isScalar(key) ? String(key.value) : String(key));
      if (isMap(value) && !value.flow) visit(value, `${path}.`);
      else if (typeof value === 'object' && value !== null) {
        const { comment, commentBefore } = value as { comment?: string | null; commentBefore?: string | null };
        const words = (comment ?? commentBefore ?? '').trim();
        if (words !== '' && !comments.has(path)) comments.set(path, words);
      }
    }
  };
  for (const file of Object.keys(files).sort()) visit(parseDocument(files[file]).contents, '');
  return comments;
}
