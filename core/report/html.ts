// Owns markup: a template tag that escapes every value put into it, so that no text of a user can become HTML.
import { printable } from '../base/printable.ts';

/** Text that is known to be markup. Made only by {@link html} and {@link trusted}. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Value = string | number | null | undefined | false | Markup | readonly Value[];

export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function render(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (value === null || value === undefined || value === false) return '';
  return Array.isArray(value) ? value.map(render).join('') : escapeHtml(String(value));
}

/** Markup with every interpolated string escaped; nested markup and lists of it pass through. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

/** Markup that we wrote ourselves: style, script. Never for text that came from outside. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
