// Owns the calls that need no workspace: the feature catalogue and the doctor.
import { AppError, renderMessage } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Doctor } from '../../contract/views.ts';
import { catalogue } from '../../features/catalogue.ts';
import { openWorkspaceReadOnly } from '../../store/workspace.node.ts';
import { describeMachine } from '../machine.node.ts';

export function statelessHandlers(workspace: string) {
  return {
    'features.list': () =>
      catalogue.map(({ name, family, formula, window, warmup, source, scope }) => ({
        name,
        family,
        formula,
        window,
        warmup,
        source,
        scope,
      })),
    'doctor.run': async () => ({
      engines: [],
      chosen: null,
      ...describeMachine(workspace),
      workspace: await describeWorkspace(workspace),
    }),
  } satisfies Partial<Handlers>;
}

async function describeWorkspace(path: string): Promise<Doctor['workspace']> {
  try {
    const store = await openWorkspaceReadOnly(path);
    try {
      return { path, state: `schema ${store.schemaVersion}`, counts: await store.counts() };
    } finally {
      await store.close();
    }
  } catch (error) {
    // The doctor is asked when something is wrong: it tells, and goes on.
    if (error instanceof AppError) return { path, state: renderMessage(error.code, error.params), counts: {} };
    throw error;
  }
}
