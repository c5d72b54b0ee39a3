/** Makes elements. */

/**
 * An element with these properties and children; {@code class}, {@code data} and attributes with a dash are supported.
 * @param {Object<string, *>} [properties]
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') {
      made.className = value;
    } else if (name === 'data') {
      Object.assign(made.dataset, value);
    } else if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else if (name.includes('-') || name === 'role') {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button with an icon and an accessible name. */
export function iconButton(name, label, onclick, properties = {}) {
  return element('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...properties }, icon(name));
}

/** Whether a key is for an input method. In Safari, the one that ends a composition comes after it, with the code 229. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

const PATHS = {
  sidebar: 'M4 5h16v14H4zM9.5 5v14',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8z',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4L15 13l5 4.5M15.5 9.2h.01',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  again: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  pencil: 'M5 19l1-4L16.5 4.5l3 3L9 18z',
  stronger: 'M12 20V9M7 13l5-5 5 5M5 4h14',
  thumbUp: 'M4 11h3.5v9H4zM7.5 11l4-7.5c1.6 0 2.6 1 2.6 2.5v4h4.4a1.7 1.7 0 0 1 1.7 2l-1.2 6.4a2 2 0 0 1-2 1.6H7.5',
  thumbDown: 'M4 13h3.5V4H4zM7.5 13l4 7.5c1.6 0 2.6-1 2.6-2.5v-4h4.4a1.7 1.7 0 0 0 1.7-2l-1.2-6.4a2 2 0 0 0-2-1.6H7.5',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12',
  down: 'M12 5v14M6 13l6 6 6-6',
  export: 'M12 4v10M8 10.5l4 4 4-4M5 15v4h14v-4',
  chart: 'M5 19V11M12 19V5M19 19v-5',
  key: 'M14.5 9.5a4 4 0 1 1-1-1L20 2M17 5l2.5 2.5',
};

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  const attributes = { viewBox: '0 0 24 24', width: '18', height: '18', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.7', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' };
  Object.entries(attributes).forEach(([key, value]) => svg.setAttribute(key, value));
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
