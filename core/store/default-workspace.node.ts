// Owns where the workspace stands when nobody says so: the platform's folder for a user's data.
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/**
 * Windows: %APPDATA%\Phasor. macOS: ~/Library/Application Support/Phasor. Elsewhere: $XDG_DATA_HOME/phasor, by default
 * ~/.local/share/phasor (XDG Base Directory Specification: a relative $XDG_DATA_HOME is ignored).
 */
export function defaultWorkspace(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Phasor');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Phasor');
  const data = env.XDG_DATA_HOME;
  return posix.join(data && posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'phasor');
}
