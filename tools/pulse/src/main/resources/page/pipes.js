/** The lines between the nodes of the diagram. */

const SVG = 'http://www.w3.org/2000/svg';
const ROUND = 8;

/** From node and side to node and side; numbers are positions along a side. The seventh element is a topic or gauge. */
const WIDE = [
  ['client', 'right', 0.5, 'gateway', 'left', 0.5, 'chat.requests', 'both'],
  ['gateway', 'right', 0.5, 'requests', 'left', 0.5, 'chat.requests'],
  ['requests', 'right', 0.5, 'inference', 'left', 0.5, 'chat.requests'],
  ['inference', 'right', 0.5, 'claude', 'left', 0.5, 'claude', 'both'],
  ['inference', 'top', 0.5, 'deltas', 'right', 0.5, 'chat.deltas'],
  ['deltas', 'left', 0.5, 'gateway', 'top', 0.5, 'chat.deltas'],
  ['inference', 'bottom', 0.5, 'turns', 'top', 0.5, 'chat.turns'],
  ['turns', 'right', 0.5, 'persistence', 'left', 0.5, 'chat.turns'],
  ['turns', 'left', 0.5, 'cache', 'right', 0.5, 'chat.turns'],
];

const NARROW = [
  ['client', 'bottom', 0.5, 'gateway', 'top', 0.5, 'chat.requests', 'both'],
  ['gateway', 'bottom', 0.5, 'requests', 'top', 0.5, 'chat.requests'],
  ['requests', 'bottom', 0.5, 'inference', 'top', 0.5, 'chat.requests'],
  ['inference', 'bottom', 0.5, 'claude', 'top', 0.5, 'claude', 'both'],
  ['inference', 'right', 0.2, 'deltas', 'bottom', 0.35, 'chat.deltas'],
  ['deltas', 'top', 0.35, 'gateway', 'right', 0.5, 'chat.deltas'],
  ['inference', 'right', 0.75, 'turns', 'left', 0.5, 'chat.turns'],
  ['turns', 'bottom', 0.5, 'persistence', 'top', 0.5, 'chat.turns'],
  ['turns', 'bottom', 0.75, 'cache', 'right', 0.5, 'chat.turns'],
];

export class Pipes {
  #picture;
  #svg;
  #flowing = new Map();

  constructor(picture) {
    this.#picture = picture;
    this.#svg = picture.querySelector('.pipes');
    new ResizeObserver(() => this.#draw()).observe(picture);
  }

  /** Sets whether the lines of this name are active; null if unknown. */
  flow(name, isFlowing) {
    if (this.#flowing.get(name) !== isFlowing) {
      this.#flowing.set(name, isFlowing);
      this.#svg.querySelectorAll(`[data-flow="${name}"]`).forEach((line) => paint(line, isFlowing));
    }
  }

  #draw() {
    const frame = this.#picture.getBoundingClientRect();
    this.#svg.setAttribute('viewBox', `0 0 ${frame.width} ${frame.height}`);
    const isWide = getComputedStyle(this.#picture).getPropertyValue('--wide').trim() === '1';
    const box = (name) => {
      const found = this.#picture.querySelector(`[data-node="${name}"]`).getBoundingClientRect();
      return { left: found.left - frame.left, top: found.top - frame.top, width: found.width, height: found.height };
    };
    this.#svg.replaceChildren(
      ...(isWide ? WIDE : NARROW).flatMap(([from, out, at, to, into, where, name, both]) => {
        const begin = anchor(box(from), out, at);
        const end = anchor(box(to), into, where);
        const points = route(begin, out, end, into);
        const lines = [shape(`M${points[0]}${bends(points)}`, 'pipe'), shape(head(points.at(-2), points.at(-1)), 'head')];
        if (both) {
          lines.push(shape(head(points[1], points[0]), 'head'));
        }
        lines.forEach((line) => {
          line.dataset.flow = name;
          paint(line, this.#flowing.get(name) ?? null);
        });
        return lines;
      }),
    );
  }
}

function paint(line, isFlowing) {
  line.classList.toggle('is-flowing', isFlowing === true);
}

function anchor({ left, top, width, height }, side, at) {
  switch (side) {
    case 'left': return [left, top + height * at];
    case 'right': return [left + width, top + height * at];
    case 'top': return [left + width * at, top];
    default: return [left + width * at, top + height];
  }
}

const isLevel = (side) => side === 'left' || side === 'right';

/** The corners of an orthogonal line; small offsets count as straight. */
function route(begin, out, end, into) {
  const [x, y] = begin;
  const [toX, toY] = end;
  if (isLevel(out) && isLevel(into)) {
    if (Math.abs(y - toY) < 24) {
      return [begin, [toX, y]];
    }
    const middle = (x + toX) / 2;
    return [begin, [middle, y], [middle, toY], end];
  }
  if (!isLevel(out) && !isLevel(into)) {
    if (Math.abs(x - toX) < 24) {
      return [begin, [x, toY]];
    }
    const middle = (y + toY) / 2;
    return [begin, [x, middle], [toX, middle], end];
  }
  return [begin, isLevel(out) ? [toX, y] : [x, toY], end];
}

/** The rest of the line, with rounded corners. */
function bends(points) {
  let line = '';
  for (let i = 1; i < points.length - 1; i++) {
    const before = towards(points[i], points[i - 1], ROUND);
    const after = towards(points[i], points[i + 1], ROUND);
    line += `L${before}Q${points[i]} ${after}`;
  }
  return `${line}L${towards(points.at(-1), points.at(-2), 5)}`;
}

function towards([x, y], [toX, toY], distance) {
  const length = Math.hypot(toX - x, toY - y) || 1;
  const step = Math.min(distance, length / 2) / length;
  return [x + (toX - x) * step, y + (toY - y) * step];
}

function head(from, tip) {
  const [x, y] = tip;
  const [backX, backY] = towards(tip, from, 8);
  const [acrossX, acrossY] = [(y - backY) / 2, (backX - x) / 2];
  return `M${tip}L${[backX + acrossX, backY + acrossY]}L${[backX - acrossX, backY - acrossY]}Z`;
}

function shape(d, name) {
  const made = document.createElementNS(SVG, 'path');
  made.setAttribute('d', d);
  made.setAttribute('class', name);
  return made;
}
