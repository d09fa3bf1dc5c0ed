// The one thing that the page gets from the desktop: the port to its host. What is sent over it the host decides.
import { ipcRenderer } from 'electron';

ipcRenderer.on('phasor-port', ({ ports }) => {
  window.postMessage({ type: 'phasor-port' }, window.location.origin, ports);
});
