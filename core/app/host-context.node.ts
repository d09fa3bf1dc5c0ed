// Owns what the handlers of a host share.
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Workspace } from '../store/workspace.node.ts';
import type { Jobs } from './jobs.ts';

export interface HostContext {
  readonly store: Workspace;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute folder of the config files. */
  readonly configs: string;
}
