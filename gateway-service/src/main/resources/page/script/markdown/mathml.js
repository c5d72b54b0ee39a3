/** Renders formulas of common TeX commands as MathML; others remain as source text. */

import { attributes, node } from './mathml-elements.js';
import { NotUnderstood, TexReader } from './tex-reader.js';

/** Replaces the source in an element by its formula. Whatever the source is, the text around it is rendered. */
export function typeset(element) {
  const source = element.textContent;
  try {
    const display = element.classList.contains('display') ? { display: 'block' } : {};
    element.replaceChildren(attributes(node('math', new TexReader(source).all()), { ...display, alttext: source }));
  } catch (failure) {
    if (!(failure instanceof NotUnderstood)) {
      console.error('A formula cannot be typeset:', source, failure);
    }
  }
}
