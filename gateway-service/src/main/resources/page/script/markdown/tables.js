/** Fixes the column widths of a table by its first rows, so that later rows move nothing. */

const ROWS_READ = 2;
const LONG = 42;
const SHORT = 5;
const COLUMN_MIN_REM = 5.5;

/** @param {HTMLTableElement} table with its head and first row */
export function fixColumns(table) {
  const rows = [...table.rows].slice(0, ROWS_READ).map((row) => [...row.cells].map((cell) => cell.textContent.length));
  const weights = rows[0].map((_, column) => Math.min(LONG, Math.max(SHORT, ...rows.map((row) => row[column] ?? 0))) ** 0.75);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const group = document.createElement('colgroup');
  for (const weight of weights) {
    const column = document.createElement('col');
    column.style.width = `${((100 * weight) / sum).toFixed(1)}%`;
    group.append(column);
  }
  table.style.minWidth = `${COLUMN_MIN_REM * weights.length}rem`;
  table.prepend(group);
}
