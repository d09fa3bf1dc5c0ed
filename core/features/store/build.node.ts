// Owns making a panel the cheapest way that there is: from one that ends earlier and was made of the same past, else as a whole.
import { dirname } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { catalogue } from '../catalogue.ts';
import { buildPanel, panelKey } from '../panel-build.node.ts';
import type { PanelManifest } from '../panel.ts';
import { type ExtendOptions, extendPanel } from './extend.node.ts';
import { inputsHash, panelsOfRecipe, type StoreRecord, writeRecord } from './record.node.ts';

export interface StoredPanel {
  readonly manifest: PanelManifest;
  /** What days were added to; undefined where the panel was built as a whole. */
  readonly extends?: StoreRecord['extends'];
}

/**
 * As buildPanel. Panels beside `options.folder` that the same recipe made are looked at, those of the latest day first: where every value
 * that went into one is found again in these bars and tables, by hash, the days that follow are added to it.
 * @throws what buildPanel throws
 */
export async function buildOrExtend(options: ExtendOptions): Promise<StoredPanel> {
  const { bars, tables, folder, definitions = catalogue, log = silentLog } = options;
  const recipe = panelKey({ ...options, dataHash: '' }, definitions);
  const lastDay = bars.days[bars.days.length - 1];
  const hashes = new Map<number, string>();
  const hashThrough = (day: number): string => {
    const hash = hashes.get(day) ?? inputsHash(bars, day, tables);
    hashes.set(day, hash);
    return hash;
  };
  let stored: StoredPanel | undefined;
  for (const base of panelsOfRecipe(dirname(folder), recipe, lastDay)) {
    if (base.folder === folder || hashThrough(base.record.lastDay) !== base.record.inputs) continue;
    stored = await extendOrNot(options, base.folder);
    if (stored) break;
    log('warn', 'a panel of the same past could not be added to', { folder: base.folder });
  }
  stored ??= { manifest: await buildPanel(options) };
  writeRecord(folder, { schema: 1, recipe, lastDay, inputs: hashThrough(lastDay), extends: stored.extends });
  return stored;
}

/** A damaged base costs a whole build, no more. */
async function extendOrNot(options: ExtendOptions, base: string): Promise<StoredPanel | undefined> {
  try {
    const extended = await extendPanel(options, base);
    return extended && { manifest: extended.manifest, extends: { key: extended.base.key, days: extended.days } };
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('data/damaged-')) return undefined;
    throw error;
  }
}
