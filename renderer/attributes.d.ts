// Owns which plain attributes any component hands through to its root element; other unknown ones do not compile.
import type { AriaAttributes } from 'vue';

declare module 'vue' {
  interface AllowedComponentProps extends AriaAttributes {
    id?: string;
    title?: string;
    role?: string;
    tabindex?: number | string;
  }
}
