// Owns what the command line gives to each of its commands.
import type { Command } from 'commander';
import type { Access } from '../../core/app/host.node.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import type { Io } from './output.ts';
import type { Session, ShellOptions } from './session.ts';

export interface Cli {
  readonly io: Io;
  /** Of help and of what is said before a session is open; the same as the session's. */
  readonly locale: Locale;
  /** Acts within a session on the workspace that the command's shared options name. */
  act(
    command: Command,
    access: Access,
    action: (session: Session) => Promise<void>,
    shell?: ShellOptions,
  ): Promise<void>;
}
