// WhatsApp's marks into DOM nodes: *bold*, _italic_, ~struck~, `code`, ```block```, and "> " before a quotation.
// Texts become text nodes only: what a person wrote is never read as markup.

import { element } from "./dom.js";

const TAGS = { "*": "b", _: "i", "~": "s", "`": "code" };
// A mark stands at the edges of words: between letters or digits it is an ordinary sign.
const MARK = /(?<![\p{L}\p{N}])([*_~`])((?!\1)\S(?:[^\n]*?(?!\1)\S)?)\1(?![\p{L}\p{N}])/u;
const BLOCK = /```([^]+?)```/;
const LINK = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]*_~]/i;

export function marked(text) {
  const fragment = document.createDocumentFragment();
  let rest = text;
  for (let block = BLOCK.exec(rest); block; block = BLOCK.exec(rest)) {
    lines(fragment, rest.slice(0, block.index));
    fragment.append(element("pre", {}, block[1]));
    rest = rest.slice(block.index + block[0].length);
  }
  lines(fragment, rest);
  return fragment;
}

// Text without its marks, for a short form and for labels.
export function unmarked(text) { return element("span", {}, marked(text)).textContent; }

// Lines with "> " become one quotation; the line break before and after it belongs to it.
function lines(parent, text) {
  let quotation = null;
  for (const [place, line] of text.split("\n").entries()) {
    const quoted = /^> ?(.*)$/.exec(line);
    if (!quoted) {
      if (place && !quotation) parent.append("\n");
      quotation = null;
      inline(parent, line);
      continue;
    }
    if (quotation) quotation.append("\n");
    else parent.append(quotation = element("blockquote"));
    inline(quotation, quoted[1]);
  }
}

function inline(parent, text) {
  let rest = text;
  while (rest) {
    const link = LINK.exec(rest);
    const mark = MARK.exec(rest);
    if (!link && !mark) break;
    const first = !mark || (link && link.index <= mark.index) ? link : mark;
    parent.append(rest.slice(0, first.index), first === link ? anchor(link[0]) : shell(mark));
    rest = rest.slice(first.index + first[0].length);
  }
  parent.append(rest);
}

function shell([, sign, inner]) {
  const node = element(TAGS[sign]);
  if (sign === "`") node.append(inner);
  else inline(node, inner);
  return node;
}

function anchor(address) {
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}
