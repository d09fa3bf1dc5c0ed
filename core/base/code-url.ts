// Owns naming another file of code at run time, as entries of processes and threads are: .ts as written, .js as built.

/** @param name relative to `base`, without its ending @param base import.meta.url of the file that asks */
export const codeUrl = (name: string, base: string): URL =>
  new URL(name + (base.endsWith('.js') ? '.js' : '.ts'), base);
