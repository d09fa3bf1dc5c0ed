// Owns what the handlers of a host share.
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { RequestNote } from '../contract/worker.ts';
import type { Workspace } from '../store/workspace.node.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { DiskUsage } from './disk-usage.node.ts';
import type { ProbedEngine } from './handlers/stateless.node.ts';
import type { GpuUsage } from './gpu-usage.node.ts';
import type { Jobs } from './jobs.ts';
import type { LiveCurves } from './live-curves.ts';
import type { SettingsFile } from './settings-file.node.ts';
import type { Sources } from './sources.node.ts';

export interface HostContext {
  readonly store: Workspace;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute folder of the config files. */
  readonly configs: string;
  readonly changes: ChangeFeed;
  readonly curves: LiveCurves;
  readonly disk: DiskUsage;
  readonly gpu: GpuUsage;
  readonly probed: ProbedEngine;
  readonly settings: SettingsFile;
  readonly sources: Sources;
  /** Writes into the network log that a request left this machine. */
  noteRequest(request: RequestNote): Promise<void>;
}
