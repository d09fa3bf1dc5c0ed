// Owns the check of a composed tree: the first thing wrong, said with its file, its path and what was expected there.
import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { type Tree, valueAt } from './interpolate.ts';
import { nearestPath } from '../base/nearest.ts';
import { type Config, configRules, configSchema, schemaPaths } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** @throws config/unknown-key, config/missing-key, config/wrong-value, config/inconsistent */
export function checkConfig(tree: Tree, fileOf: (path: string) => string): Config {
  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) throw toAppError(tree, parsed.error.issues, fileOf);
  for (const { path, rule, holds } of configRules) {
    if (!holds(parsed.data)) {
      throw new AppError('config/inconsistent', { file: fileOf(path), path, found: show(valueAt(tree, path)), rule });
    }
  }
  return parsed.data;
}

function toAppError(tree: Tree, issues: readonly Issue[], fileOf: (path: string) => string): AppError {
  // A mistyped key is also a missing one; the mistyping is what the user can act on.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const path = [...at, issue.keys[0]].join('.');
    return new AppError('config/unknown-key', { file: fileOf(path), path, nearest: nearestPath(path, schemaPaths()) });
  }
  const path = at.join('.');
  const file = fileOf(path);
  const expected = expectation(issue);
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    tree,
  );
  if (found === undefined) return new AppError('config/missing-key', { file, path, expected });
  return new AppError('config/wrong-value', { file, path, found: show(found), expected });
}

/** What was expected, in a notation that needs no translation: "int >= 1", "auto | onnx-cpu", "YYYY-MM-DD". */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'too_small':
      return `${sized(issue.origin)} ${issue.inclusive ? '>=' : '>'} ${issue.minimum}`;
    case 'too_big':
      return `${sized(issue.origin)} ${issue.inclusive ? '<=' : '<'} ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'date' ? 'YYYY-MM-DD' : issue.format;
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation)))].join(' | ');
    default:
      return issue.message;
  }
}

function sized(origin: string): string {
  return origin === 'array' || origin === 'string' ? `length(${origin})` : origin;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
