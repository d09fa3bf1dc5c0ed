// Owns running the peers. Some are Python scripts outside this repository, unchanged, with their peak memory and first loss read beside
// what they print themselves; those that stand in peers/ are written for one benchmark and print all of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, ChildFailure, runChild } from './measure.ts';

/** Runs the whole script, then takes the loss of its model before training, which it does not print. */
const TORCH_DRIVER = `
import json, resource, runpy, sys
sys.argv = sys.argv[1:]
names = runpy.run_path(sys.argv[0], run_name="__main__")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
torch = names["torch"]
with torch.no_grad():
    first = float(names["loss_of"](names["Model"]()(names["x"], names["nbr"]), names["y"]))
print(json.dumps(dict(peak_kib=peak, first=first)))
`;

/** Runs the script as far as its first function: reading, features, z-scores. The clock is its own, started after its imports. */
const FEATURES_DRIVER = `
import json, resource, sys, time, types
sys.argv = sys.argv[1:]
sys.modules["lightgbm"] = types.ModuleType("lightgbm")
text = open(sys.argv[0], encoding="utf8").read()
names = dict(__name__="__main__")
exec(compile(text[: text.index("\\ndef ")], sys.argv[0], "exec"), names)
print(json.dumps(dict(seconds=time.time() - names["t0"], peak_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)))
`;

export const PEERS = {
  torch: { script: 'torch_atft_step.py', driver: TORCH_DRIVER },
  polars: { script: 'lightgbm_baseline.py', driver: FEATURES_DRIVER },
} as const;
export type PeerName = keyof typeof PEERS;

/** Why a peer cannot be measured against, or undefined where it can. */
export function missingPeer(name: PeerName, { peers }: BenchOptions): string | undefined {
  const { script } = PEERS[name];
  if (peers === undefined) return `no peer: say --peers FOLDER, which holds ${script}`;
  return existsSync(join(peers, script)) ? undefined : `no peer: ${script} is not in the folder given by --peers`;
}

/** @returns undefined where the peer is absent or failed, having said why */
export async function runPeer(
  name: PeerName,
  args: readonly string[],
  options: BenchOptions,
): Promise<Record<string, number> | undefined> {
  const { script, driver } = PEERS[name];
  if (missingPeer(name, options) !== undefined) return undefined;
  try {
    return await runChild(options.python, ['-c', driver, join(options.peers!, script), ...args]);
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error;
    console.log(`  ${name} could not be measured: ${error.message}`);
    return undefined;
  }
}

/**
 * Runs a script of peers/.
 * @param threads that Polars may use; as many as there are cores where left out
 * @returns undefined where Python or what the script needs is absent, having said why
 */
export async function runPolars(
  script: string,
  args: readonly string[],
  { python }: Pick<BenchOptions, 'python'>,
  threads?: number,
): Promise<Record<string, number> | undefined> {
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
  try {
    // Polars reads the number of its threads from its environment, once.
    const limit = threads === undefined ? [] : [`POLARS_MAX_THREADS=${threads}`];
    return await runChild('env', [...limit, python, '-B', path, ...args]);
  } catch (error) {
    if (!(error instanceof ChildFailure)) throw error;
    console.log(`  Polars could not be measured (say --python PATH of one that has it): ${error.message}`);
    return undefined;
  }
}
