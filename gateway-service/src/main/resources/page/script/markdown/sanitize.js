/** Defence in depth: the renderer already escapes HTML of the model. */

const ALLOWED = {
  ALLOWED_TAGS: [
    'a', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'figcaption', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr',
    'li', 'ol', 'p', 'pre', 's', 'span', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['aria-label', 'class', 'data-language', 'dir', 'href', 'rel', 'role', 'start', 'tabindex', 'target', 'title'],
  /** Applies to all attributes but the following. */
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#)/i,
  ADD_URI_SAFE_ATTR: ['dir', 'rel', 'start', 'tabindex', 'target'],
  ALLOW_ARIA_ATTR: true,
  ALLOW_DATA_ATTR: true,
  RETURN_DOM_FRAGMENT: true,
};

/** @returns {DocumentFragment} */
export function sanitized(html) {
  return globalThis.DOMPurify.sanitize(html, ALLOWED);
}
