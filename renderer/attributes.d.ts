// Owns which plain attributes may be handed through any component to its root element; other unknown ones do not compile.
import type { AriaAttributes } from 'vue';

declare module 'vue' {
  interface AllowedComponentProps extends AriaAttributes {
    id?: string;
    title?: string;
    role?: string;
    tabindex?: number | string;
    onClick?: (event: MouseEvent) => unknown;
    onKeydown?: (event: KeyboardEvent) => unknown;
  }
}
