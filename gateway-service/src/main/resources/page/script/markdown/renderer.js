/** Renders Markdown to a safe document fragment, without HTML of the model and without remote images. */

import { highlighted } from './highlight.js';
import { math } from './math.js';
import { typeset } from './mathml.js';
import { sanitized } from './sanitize.js';
import { fixColumns } from './tables.js';

const markdown = globalThis.markdownit({ html: false, linkify: true, breaks: false }).use(math);
/** Parses blocks only, in a fraction of the time. */
const outline = globalThis.markdownit({ html: false }).use(math);
outline.core.ruler.enableOnly(['normalize', 'block']);
const { escapeHtml } = markdown.utils;

/** Names without a scheme, such as README.md, are not links. */
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

markdown.renderer.rules.fence = (tokens, i, _, { isGrowing }) => code(tokens[i].content, tokens[i].info.trim().split(/\s+/)[0], isGrowing);
markdown.renderer.rules.code_block = (tokens, i) => code(tokens[i].content, '', false);
markdown.renderer.rules.table_open = () => '<div class="table" role="region" aria-label="Table" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';
markdown.renderer.rules.image = (tokens, i) => image(tokens[i].attrGet('src'), tokens[i].content);

markdown.renderer.rules.link_open = (tokens, i, options, _, self) => {
  tokens[i].attrSet('target', '_blank');
  tokens[i].attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, i, options);
};

/** The first letter determines on which side their marks are. */
for (const block of ['bullet_list_open', 'ordered_list_open', 'blockquote_open']) {
  markdown.renderer.rules[block] = (tokens, i, options, _, self) => {
    tokens[i].attrSet('dir', 'auto');
    return self.renderToken(tokens, i, options);
  };
}

for (const cell of ['th_open', 'td_open']) {
  markdown.renderer.rules[cell] = (tokens, i, options, _, self) => {
    const align = /text-align:(\w+)/.exec(tokens[i].attrGet('style') ?? '')?.[1];
    tokens[i].attrs = align ? [['class', align]] : null;
    return self.renderToken(tokens, i, options);
  };
}

/** The tokens of the blocks of a text, without their inline content. */
export function blocksOf(text) {
  return outline.parse(text, {});
}

/**
 * The blocks of a text.
 * @param {{references?: object, isGrowing?: boolean}} context earlier link references, to which those of this text are
 *     added; and whether the last block may grow
 */
export function fragment(text, context = {}) {
  const safe = sanitized(markdown.render(text, context));
  safe.querySelectorAll('figure.code > figcaption').forEach((caption) => caption.append(copyButton()));
  safe.querySelectorAll('.math').forEach(typeset);
  safe.querySelectorAll('table').forEach(fixColumns);
  return safe;
}

function code(text, language, isGrowing) {
  const label = escapeHtml(language || 'text');
  return `<figure class="code"><figcaption><span>${label}</span></figcaption><pre tabindex="0"><code data-language="${label}">${highlighted(text, language, isGrowing) ?? escapeHtml(text)}</code></pre></figure>`;
}

function copyButton() {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.action = 'copy-code';
  button.textContent = 'Copy';
  return button;
}

/** Images become links: loading one would reveal the reader to its server. */
function image(source, description) {
  const text = escapeHtml(description || 'image');
  return /^https?:/.test(source) ? `<a class="image" href="${escapeHtml(source)}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>` : `<span class="image">${text}</span>`;
}
