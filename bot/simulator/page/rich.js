// Formatted text into DOM nodes. Texts become text nodes only: what a person wrote is never read as markup.

import { element } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
// Block elements: the line break after them belongs to them.
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?:\/\/|tg:\/\/|mailto:)/i;

// `handlers` are called for a tap on a part of the text: command(text), link(address).
export function rich(text, entities = [], handlers = {}) {
  const fragment = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, { from: 0, to: text.length }, sorted, handlers);
  return fragment;
}

function fill(parent, text, range, entities, handlers) {
  let position = range.from;
  while (entities.length) {
    const entity = entities.shift();
    const end = Math.min(entity.offset + entity.length, range.to);
    if (entity.offset < position || end <= entity.offset) continue;
    parent.append(text.slice(position, entity.offset));
    const inner = [];
    while (entities.length && entities[0].offset < end) inner.push(entities.shift());
    const node = shell(entity, text.slice(entity.offset, end), handlers);
    fill(node, text, { from: entity.offset, to: end }, inner, handlers);
    parent.append(node);
    position = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  parent.append(text.slice(position, range.to));
}

function shell(entity, part, handlers) {
  if (entity.type === "text_link") return link(entity.url, handlers);
  if (entity.type === "url") return link(/^[a-z]+:\/\//i.test(part) ? part : `https://${part}`, handlers);
  if (entity.type === "email") return link(`mailto:${part}`, handlers);
  if (entity.type === "bot_command") {
    return command(part, handlers);
  }
  const node = element(TAGS[entity.type] ?? "span");
  if (entity.type === "spoiler") reveal(node, "spoiler", "Teks tersembunyi");
  else if (entity.type === "expandable_blockquote") reveal(node, "expandable", "Kutipan, tekan untuk membuka");
  else if (!(entity.type in TAGS)) node.className = "tagged";
  return node;
}

// A link, because a line would break before and after a button, also within brackets.
function command(text, handlers) {
  const node = element("a", { href: "#", className: "tagged command" });
  node.setAttribute("role", "button");
  node.onclick = (event) => { event.preventDefault(); handlers.command?.(text); };
  node.onkeydown = (event) => { if (event.key === " ") { event.preventDefault(); handlers.command?.(text); } };
  return node;
}

function link(url, handlers) {
  if (!SAFE_LINK.test(url)) return element("span", { className: "tagged" });
  const node = element("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
  node.onclick = (event) => { if (handlers.link?.(url)) event.preventDefault(); };
  return node;
}

function reveal(node, name, title) {
  Object.assign(node, { className: name, tabIndex: 0, title });
  if (name === "spoiler") node.setAttribute("role", "button");
  const turn = () => node.classList.toggle("open");
  node.onclick = turn;
  node.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); turn(); } };
}
