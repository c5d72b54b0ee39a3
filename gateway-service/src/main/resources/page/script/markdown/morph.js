/** Updates a document by changing only the nodes that differ, which preserves selection and scroll position. */

/** From child {@code from} on, makes the children of {@code parent} equal to {@code wanted}. */
export function morph(parent, from, wanted) {
  const present = [...parent.childNodes].slice(from);
  wanted.forEach((node, i) => {
    if (i >= present.length) {
      parent.append(node);
    } else if (!present[i].isEqualNode(node)) {
      become(present[i], node);
    }
  });
  present.slice(wanted.length).forEach((node) => node.remove());
}

function become(present, wanted) {
  if (present.nodeType === Node.TEXT_NODE && wanted.nodeType === Node.TEXT_NODE) {
    extend(present, wanted);
  } else if (present.nodeType === Node.ELEMENT_NODE && present.tagName === wanted.tagName && sameAttributes(present, wanted)) {
    morph(present, 0, [...wanted.childNodes]);
  } else {
    present.replaceWith(wanted);
  }
}

/** Changed text gets a new node: browsers count a moved node as a layout shift. */
function extend(text, wanted) {
  if (wanted.data.startsWith(text.data)) {
    text.appendData(wanted.data.slice(text.data.length));
  } else {
    text.replaceWith(wanted);
  }
}

function sameAttributes(one, other) {
  return one.attributes.length === other.attributes.length && [...one.attributes].every(({ name, value }) => other.getAttribute(name) === value);
}
