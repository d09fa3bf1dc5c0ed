// Owns making foreign text harmless to show: cells of a file, names, messages of other programs.

/** Control characters other than white space, and marks that turn the direction of text, could disguise what is read. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n\r]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

/** The same for a terminal, where a bare carriage return would write over what stands before it. */
export function printableOnTerminal(text: string): string {
  return printable(text).replaceAll('\r', '\uFFFD');
}

/** The same as one line of a terminal's table or list. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/\s/g, ' ');
}
