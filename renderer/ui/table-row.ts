// Owns one row of a virtual table, a plain element a cell. A row draws itself anew only when something of its own has changed, so that
// scrolling costs the rows that come into view and nothing of those that stay.
import { defineComponent, h, type VNode, type VNodeArrayChildren } from 'vue';
import type { Column } from './table-columns.ts';

export interface TableRowProps<Row> {
  id: string;
  row: Row;
  /** Place in the table, from 0; and the row's distance from the first one, px. */
  index: number;
  start: number;
  columns: readonly Column<Row>[];
  /** The table's slots: `cell-<column key>` draws that column's cells. */
  cells: Readonly<Record<`cell-${string}`, (props: { row: Row }) => unknown>>;
  /** Undefined where rows are not chosen from. */
  selected: boolean | undefined;
  /** What its check box is called. */
  selectLabel: string;
  active: boolean;
  current: boolean;
  openable: boolean;
  onPick: (index: number, row: Row) => void;
  onToggle: (row: Row) => void;
}

const NAMES: (keyof TableRowProps<unknown>)[] = [
  ...(['id', 'row', 'index', 'start', 'columns', 'cells', 'selected', 'selectLabel', 'active', 'current'] as const),
  ...(['openable', 'onPick', 'onToggle'] as const),
];

const keep = (event: Event): void => event.stopPropagation();

export default defineComponent(
  <Row>(props: TableRowProps<Row>) => {
    const cellOf = (column: Column<Row>): VNode => {
      const { row } = props;
      const { key, align = 'left' } = column;
      const slot = props.cells[`cell-${key}`];
      if (slot) return h('div', { key, class: ['cell', align], role: 'gridcell' }, slot({ row }) as VNodeArrayChildren);
      const text = column.text ? column.text(row) : String(column.value(row) ?? '–');
      return h('div', { key, class: ['cell', 'text', align], role: 'gridcell' }, text);
    };
    const choice = (): VNode =>
      h('div', { key: '', class: 'cell', role: 'gridcell', onClick: keep }, [
        h('input', {
          type: 'checkbox',
          checked: props.selected,
          'aria-label': props.selectLabel,
          onChange: () => props.onToggle(props.row),
        }),
      ]);
    return () => {
      const { id, index, start, selected, active, current, openable } = props;
      return h(
        'div',
        {
          id,
          class: ['row', { active, openable, chosen: selected === true || current }],
          role: 'row',
          'aria-rowindex': index + 2,
          'aria-selected': selected,
          'aria-current': current || undefined,
          style: `transform:translateY(${start}px)`,
          onClick: () => props.onPick(props.index, props.row),
        },
        [...(selected === undefined ? [] : [choice()]), ...props.columns.map(cellOf)],
      );
    };
  },
  { name: 'TableRow', props: NAMES },
);
