/** A line of the recent values of a number, without a scale. */

const WIDTH = 120;
const HEIGHT = 20;
const SVG = 'http://www.w3.org/2000/svg';

/** Draws values, oldest first; null where unknown. Only zeros draw nothing. */
export function draw(svg, values) {
  if (!svg.firstChild) {
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.append(path('area'), path('line'));
  }
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length - 1);
  const lines = [];
  let points = [];
  values.forEach((value, i) => {
    if (value === null) {
      lines.push(points);
      points = [];
    } else {
      points.push(`${(i * step).toFixed(1)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 3)).toFixed(1)}`);
    }
  });
  const drawn = values.some((value) => value > 0) ? [...lines, points].filter((line) => line.length > 1) : [];
  svg.firstChild.setAttribute('d', drawn.map((line) => `M${x(line[0])} ${HEIGHT}L${line.join('L')}L${x(line.at(-1))} ${HEIGHT}Z`).join(''));
  svg.lastChild.setAttribute('d', drawn.map((line) => `M${line.join('L')}`).join(''));
}

function x(point) {
  return point.split(' ')[0];
}

function path(name) {
  const made = document.createElementNS(SVG, 'path');
  made.setAttribute('class', name);
  return made;
}

/** The last values of each number, added one at a time. */
export class Histories {
  #values = new Map();
  #size;

  constructor(size) {
    this.#size = size;
  }

  /** @param {number|null} value null if unknown */
  add(name, value) {
    const values = this.#values.get(name) ?? Array(this.#size).fill(null);
    values.push(value);
    values.shift();
    this.#values.set(name, values);
    return values;
  }
}
