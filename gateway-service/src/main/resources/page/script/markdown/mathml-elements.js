/** Makes the elements of formulas. */

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

const OPENING = /^[([{⟨⌊⌈]$/;
const CLOSING = /^[)\]}⟩⌋⌉!]$/;
const SCRIPTED = ['msub', 'msup', 'msubsup', 'munder', 'mover', 'munderover'];

/** Spaces that depend on the neighbours: signs, and names of functions. */
export function adjust(element, before, following) {
  const core = SCRIPTED.includes(element.localName) ? element.firstElementChild : element;
  if (core.localName !== 'mo') {
    return;
  }
  const text = core.textContent ?? '';
  const isAfterOperator = !before || (before.localName === 'mo' && !CLOSING.test(before.textContent ?? '') && !before.hasAttribute('movablelimits'));
  if (/^[+−±∓]$/.test(text) && isAfterOperator) {
    core.setAttribute('form', 'prefix');
  } else if (core.hasAttribute('rspace') && /^\p{L}{2}/u.test(text)) {
    core.setAttribute('lspace', isAfterOperator ? '0' : '0.17em');
    core.setAttribute('rspace', OPENING.test(following ?? '') ? '0' : '0.17em');
  }
}

export function table(rows, kind) {
  const cells = rows.map((row) => node('mtr', row.map((cell) => node('mtd', cell))));
  const isAligned = /^(?:align|split|cases|rcases)/.test(kind);
  const display = /^(?:align|split|gather|equation)/.test(kind) ? { displaystyle: 'true' } : {};
  return attributes(node('mtable', cells), { ...display, ...(isAligned && { class: kind.endsWith('cases') ? 'cases' : 'aligned' }) });
}

/** A single letter is italic unless it is marked as upright. */
export function letter(text, isUpright) {
  const element = node('mi', text);
  return isUpright && [...text].length === 1 ? attributes(element, { mathvariant: 'normal' }) : element;
}

export function functionName(name) {
  return attributes(node('mo', name), { lspace: '0', rspace: '0.17em' });
}

export function operator(text) {
  return text === '/' || text === '.' ? attributes(node('mo', text), { lspace: '0', rspace: '0' }) : node('mo', text);
}

export function fence(text) {
  return attributes(node('mo', text), { stretchy: 'false', ...(/^[|‖]$/.test(text) && { lspace: '0', rspace: '0' }) });
}

export function space(width) {
  return attributes(node('mspace', []), { width });
}

/** Spaces at its ends count. */
export function text(content) {
  return node('mtext', content.replace(/\s+/g, '\u00a0'));
}

export function node(name, content) {
  const element = document.createElementNS(NAMESPACE, name);
  element.append(...(Array.isArray(content) ? content : [content]));
  return element;
}

export function attributes(element, values) {
  Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
