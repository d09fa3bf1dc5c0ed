// Owns how palette and density reach the page: CSS variables, and overrides of Naive UI's own theme.
import { darkTheme, type GlobalTheme, type GlobalThemeOverrides } from 'naive-ui';
import { computed, type ComputedRef, watch } from 'vue';
import { cssVariables, type Mode, PALETTES } from './palette.ts';
import { mode, preferences } from './preferences.ts';

export const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", sans-serif';
export const MONO =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK JP", monospace';

/** Keeps the root element's variables, data-theme and data-density in step with the preferences. */
export function followTheme(root: HTMLElement): void {
  root.style.setProperty('--font', FONT);
  root.style.setProperty('--mono', MONO);
  watch(
    [mode, preferences],
    () => {
      for (const [name, value] of Object.entries(cssVariables(mode.value))) root.style.setProperty(name, value);
      root.dataset.theme = mode.value;
      root.dataset.density = preferences.value.density;
      root.style.colorScheme = mode.value;
    },
    { immediate: true },
  );
}

export function useNaiveTheme(): {
  theme: ComputedRef<GlobalTheme | null>;
  overrides: ComputedRef<GlobalThemeOverrides>;
} {
  return {
    theme: computed(() => (mode.value === 'dark' ? darkTheme : null)),
    overrides: computed(() => overridesOf(mode.value, preferences.value.density === 'compact')),
  };
}

function overridesOf(theme: Mode, compact: boolean): GlobalThemeOverrides {
  const palette = PALETTES[theme];
  const { accent, accentStrong, ink, soft, faint, panel, raised, line, edge, hover } = palette;
  return {
    common: {
      fontFamily: FONT,
      fontFamilyMono: MONO,
      fontSize: compact ? '13px' : '14px',
      fontSizeMedium: compact ? '13px' : '14px',
      fontSizeSmall: compact ? '12px' : '13px',
      heightTiny: compact ? '20px' : '22px',
      heightSmall: compact ? '24px' : '28px',
      heightMedium: compact ? '28px' : '34px',
      heightLarge: compact ? '34px' : '40px',
      borderRadius: '6px',
      borderRadiusSmall: '4px',
      primaryColor: accent,
      primaryColorHover: accentStrong,
      primaryColorPressed: accentStrong,
      primaryColorSuppl: accent,
      infoColor: accent,
      infoColorHover: accentStrong,
      infoColorPressed: accentStrong,
      infoColorSuppl: accent,
      successColor: palette.good,
      successColorHover: palette.good,
      successColorPressed: palette.good,
      successColorSuppl: palette.good,
      warningColor: palette.warning,
      warningColorHover: palette.warning,
      warningColorPressed: palette.warning,
      warningColorSuppl: palette.warning,
      errorColor: palette.bad,
      errorColorHover: palette.bad,
      errorColorPressed: palette.bad,
      errorColorSuppl: palette.bad,
      textColorBase: ink,
      textColor1: ink,
      textColor2: ink,
      textColor3: soft,
      placeholderColor: faint,
      bodyColor: palette.page,
      cardColor: panel,
      modalColor: raised,
      popoverColor: raised,
      tableColor: panel,
      inputColor: panel,
      hoverColor: hover,
      dividerColor: line,
      borderColor: edge,
      railColor: line,
    },
    Button: {
      textColorPrimary: palette.onAccent,
      textColorHoverPrimary: palette.onAccent,
      textColorPressedPrimary: palette.onAccent,
      textColorFocusPrimary: palette.onAccent,
      textColorDisabledPrimary: palette.onAccent,
      fontWeight: '500',
    },
    Tooltip: { color: theme === 'light' ? '#171b21' : '#e7eaee', textColor: theme === 'light' ? '#ffffff' : '#101317' },
    // Naive UI's dark fields have no border, and would stand unseen on a panel of their own colour.
    Input: { border: `1px solid ${edge}` },
    InternalSelection: { border: `1px solid ${edge}` },
    Tag: { fontWeightStrong: '600' },
  };
}
