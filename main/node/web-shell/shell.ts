// Owns what the web shell offers the interface: uploads, granted folders, and PDF where the machine has a Chromium.
import type { ShellPort } from '../../../core/app/shell-port.ts';
import { printWithChromium } from './chromium.ts';

/** @param chromium its program, where the machine has one */
export function webShellPort(chromium: string | undefined): ShellPort {
  if (chromium === undefined) return { capabilities: ['upload', 'browse'] };
  return {
    capabilities: ['upload', 'browse', 'print-pdf'],
    printReport: (from, to) => printWithChromium(chromium, from, to),
  };
}
