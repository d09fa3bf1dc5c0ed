// Owns the headers that keep the interface to itself: what its pages may load, and what the reports among its files may do.
import { SCRIPT_HASH } from '../../../core/report/script.ts';

const policy = (directives: Record<string, string>): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join('; ');

/**
 * Content security policy of the interface. Scripts come from its own files only. Styles may stand inline, since its components
 * and charts write them as they draw.
 * @param sockets address of the WebSocket, which not every browser takes 'self' to mean
 */
export const interfacePolicy = (sockets?: string): string =>
  policy({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': ["'self'", sockets].filter(Boolean).join(' '),
    'worker-src': "'self'",
    'frame-src': "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });

/** A report runs its one script, which reads values off charts, in an origin of its own; it reaches neither the host nor a network. */
export const REPORT_POLICY = policy({
  sandbox: 'allow-scripts',
  'default-src': "'none'",
  'script-src': `'${SCRIPT_HASH}'`,
  'style-src': "'unsafe-inline'",
  'img-src': 'data:',
  'font-src': 'data:',
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
});

/** A PDF: browsers show none within a sandbox. */
export const PRINTED_POLICY = policy({ 'frame-ancestors': "'self'" });

/** On every answer. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=(), hid=()',
  'cache-control': 'no-store',
};
