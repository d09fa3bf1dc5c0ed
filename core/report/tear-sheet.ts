// Owns the tear sheet: one HTML file that holds everything it shows, for screens and paper, light and dark, English and Japanese.
import { html, trusted } from './html.ts';
import type { TearSheetInput } from './input.ts';
import { labelsOf } from './labels.ts';
import { SCRIPT, SCRIPT_HASH } from './script.ts';
import { book } from './sections/book.ts';
import { head, keyFigures } from './sections/head.ts';
import { method } from './sections/method.ts';
import { phases } from './sections/phases.ts';
import { skill } from './sections/skill.ts';
import { STYLE } from './style.ts';

/** Nothing may be fetched, and no script but ours may run, even if some text got past the escaping. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;

/** A complete HTML document. */
export function tearSheet(input: TearSheetInput): string {
  const labels = labelsOf(input.locale);
  const mark = input.dataset.synthetic ? ` (${labels.synthetic})` : '';
  return html`<!doctype html>
<html lang="${input.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}"><meta name="generator" content="Phasor"><title>${input.title}${mark} · ${labels.sheet}</title><style>${trusted(STYLE)}</style></head>
<body><main>
${head(input, labels)}
${keyFigures(input, labels)}
${phases(input, labels)}
${skill(input, labels)}
${book(input, labels)}
${method(input, labels)}
<footer>${labels.footer}</footer>
</main><script>${trusted(SCRIPT)}</script></body></html>
`.text;
}
