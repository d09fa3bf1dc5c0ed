// Names that become files: what a user may choose, and what stands in a path whatever was chosen.
import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workspacePaths } from '../../core/app/paths.ts';
import { api } from '../../core/contract/api.ts';

const calls = {
  'datasets.import': (name: string) => api.calls['datasets.import'].input.safeParse({ files: ['x.csv'], name }),
  'training.start': (name: string) => api.calls['training.start'].input.safeParse({ dataset: 'x', phases: [0], name }),
};

test.each(Object.entries(calls))(
  '%s takes names that can be a folder, and says what is wrong with others',
  (_, parse) => {
    for (const name of ['sp500', '日経225', 'a', 'v1.2_x-y', 'é', 'a'.repeat(100), '株'.repeat(66), 'console', 'com10'])
      expect(parse(name).success, name).toBe(true);
    const problem = (name: string) => parse(name).error?.issues[0].message;
    for (const name of ['', '../../x', 'a/b', 'a\\b', '.hidden', '-x', 'a b', 'a\n', 'x\u001b[31m', '..', 'a.'])
      expect(problem(name), name).toBe('letters, digits, dots, dashes and underscores only');
    expect(problem('a'.repeat(300))).toBe('a name has at most 100 characters');
    expect(problem('株'.repeat(67))).toBe('a name has at most 200 bytes');
    for (const name of ['con', 'NUL', 'aux.x', 'com1']) expect(problem(name), name).toMatch(/Windows/);
  },
);

test('a report stands in its folder, whatever the run was called', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('../../../etc/x', '..', 'C:\\x', '/', '', '𠮷'.repeat(300)),
  );
  fc.assert(
    fc.property(text, (name) => {
      const path = workspacePaths.report(`${name}-phase0`, '01JABCDEFGHJKMNPQRSTVWXYZ0');
      expect(posix.dirname(posix.normalize(path))).toBe('reports');
      expect(path).toMatch(/^reports\/[\p{L}\p{N}._-]*-vwxyz0\.html$/u);
      expect(Buffer.byteLength(path)).toBeLessThan(200);
    }),
  );
  expect(workspacePaths.report('sp500-ab12-phase2_gat', '01JABCDEFGHJKMNPQRSTVWXYZ0')).toBe(
    'reports/sp500-ab12-phase2_gat-vwxyz0.html',
  );
});
