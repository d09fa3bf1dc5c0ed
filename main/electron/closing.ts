// Owns what closing a window means while work is running in its workspace.

/** What the user answered, in the order of the dialog's buttons. */
export const CLOSE_ANSWERS = ['keep', 'stop', 'cancel'] as const;
export type CloseAnswer = (typeof CLOSE_ANSWERS)[number];

export type CloseStep =
  /** Nothing runs: the window and its host end. */
  | 'close'
  /** The user is to be asked. */
  | 'ask'
  /** The window goes, the work stays; opening the workspace again brings it back. */
  | 'hide'
  /** Jobs save at their next safe point; then the window and its host end. */
  | 'stop-then-close'
  | 'stay';

/** @param active jobs that are running or paused @param answer undefined before the user was asked */
export function closeStep(active: number, answer?: CloseAnswer): CloseStep {
  if (active === 0) return 'close';
  if (answer === undefined) return 'ask';
  return answer === 'keep' ? 'hide' : answer === 'stop' ? 'stop-then-close' : 'stay';
}

/**
 * Whether the app ends now that a window has gone or a job has ended: when no window is left, not even a hidden one whose jobs run.
 * On macOS an app stays until it is quit.
 */
export function shouldQuit(
  workspaces: readonly { visible: boolean; active: number }[],
  platform: NodeJS.Platform,
  quitting: boolean,
): boolean {
  if (workspaces.some(({ visible, active }) => visible || active > 0)) return false;
  return platform !== 'darwin' || quitting;
}
