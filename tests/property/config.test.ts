import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AppError } from '../../core/base/errors.ts';
import { composeConfig } from '../../core/config/compose.ts';
import { interpolate, leafPaths, type Tree, valueAt } from '../../core/config/interpolate.ts';
import { readConfigFiles } from '../../core/config/load.node.ts';
import { editDistance, nearestName } from '../../core/base/nearest.ts';
import { schemaPaths } from '../../core/config/schema.ts';

const files = readConfigFiles('configs');
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 0, maxLength: 6 });

test('edit distance is a metric, and one letter more is one apart', () => {
  fc.assert(
    fc.property(word, word, word, fc.nat(6), (a, b, c, at) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      expect(editDistance(a, `${a.slice(0, at)}x${a.slice(at)}`)).toBe(1);
    }),
  );
});

test('the nearest of names is one of them, and a name is nearest to itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1 }), word, fc.nat(), (names, other, pick) => {
      expect(names).toContain(nearestName(other, names));
      const own = names[pick % names.length];
      expect(nearestName(own, names)).toBe(own);
    }),
  );
});

test('a letter left out of any key leads back to a key, with the command line named', () => {
  const leaves = schemaPaths().filter((path) => !schemaPaths().some((other) => other.startsWith(`${path}.`)));
  fc.assert(
    fc.property(fc.constantFrom(...leaves), fc.nat(), (path, at) => {
      const key = path.slice(path.lastIndexOf('.') + 1);
      const typed =
        path.slice(0, path.length - key.length) + key.slice(0, at % key.length) + key.slice((at % key.length) + 1);
      fc.pre(!typed.endsWith('.') && typed !== '' && !schemaPaths().includes(typed));
      try {
        composeConfig(files, [`${typed}=1`]);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(error.code).toBe('config/unknown-key');
        expect(error.params).toEqual({ file: 'command line', path: typed, nearest: path });
        return;
      }
      throw new Error(`${typed} was accepted`);
    }),
    { numRuns: 60 },
  );
});

test('of overrides to one path the last one wins, wherever it stands among others', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }), fc.nat(5), (epochs, at) => {
      const overrides = epochs.map((count) => `train.max_epochs=${count}`);
      overrides.splice(at, 0, 'mode=debug');
      expect(composeConfig(files, overrides).train.max_epochs).toBe(epochs.at(-1));
    }),
    { numRuns: 40 },
  );
});

test('interpolation leaves a tree without references as it is, and a chain of references ends at its value', () => {
  const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), word);
  const tree = fc.dictionary(
    fc.constantFrom('p', 'q', 'r'),
    fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.constantFrom('s', 't'), scalar)),
  );
  fc.assert(
    fc.property(tree, scalar, fc.integer({ min: 1, max: 8 }), (plain, value, length) => {
      const chain = Object.fromEntries(
        Array.from({ length }, (_, i) => [`c${i}`, i === 0 ? value : `\${chain.c${i - 1}}`]),
      );
      const resolved = interpolate({ ...plain, chain } as Tree, () => 'file');
      expect(resolved).toMatchObject(plain);
      for (const path of leafPaths({ chain })) expect(valueAt(resolved, path)).toEqual(value);
    }),
  );
});

test('any YAML in place of a file gives a config or an AppError, never a bug', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.jsonValue().map((value) => stringify(value)),
      ),
      (text) => {
        try {
          composeConfig({ ...files, 'mode/full.yaml': text });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      },
    ),
    { numRuns: 200 },
  );
});
