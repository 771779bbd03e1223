// Formatted text into DOM nodes. Texts only ever become text nodes: nothing a person wrote is read as markup.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
// These stand on lines of their own, so the line break after them is theirs.
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?:\/\/|tg:\/\/|mailto:)/i;

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  Object.assign(node, properties);
  node.append(...children);
  return node;
}

export function rich(text, entities = [], onCommand = () => {}) {
  const fragment = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, { from: 0, to: text.length }, sorted, onCommand);
  return fragment;
}

function fill(parent, text, range, entities, onCommand) {
  let position = range.from;
  while (entities.length) {
    const entity = entities.shift();
    const end = Math.min(entity.offset + entity.length, range.to);
    if (entity.offset < position || end <= entity.offset) continue;
    parent.append(text.slice(position, entity.offset));
    const inner = [];
    while (entities.length && entities[0].offset < end) inner.push(entities.shift());
    const part = text.slice(entity.offset, end);
    const node = shell(entity, part, onCommand);
    fill(node, text, { from: entity.offset, to: end }, inner, onCommand);
    parent.append(node);
    position = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  parent.append(text.slice(position, range.to));
}

function shell(entity, part, onCommand) {
  if (entity.type === "text_link") return link(entity.url);
  if (entity.type === "url") return link(/^[a-z]+:\/\//i.test(part) ? part : `https://${part}`);
  if (entity.type === "email") return link(`mailto:${part}`);
  if (entity.type === "bot_command") {
    const node = element("span", { className: "tagged command", tabIndex: 0 });
    node.setAttribute("role", "button");
    node.onclick = () => onCommand(part);
    node.onkeydown = (event) => event.key === "Enter" && onCommand(part);
    return node;
  }
  const node = element(TAGS[entity.type] ?? "span");
  if (entity.type === "spoiler") reveal(node, "spoiler");
  else if (entity.type === "expandable_blockquote") reveal(node, "expandable");
  else if (!(entity.type in TAGS)) node.className = "tagged";
  return node;
}

function link(url) {
  if (!SAFE_LINK.test(url)) return element("span", { className: "tagged" });
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
}

function reveal(node, name) {
  node.className = name;
  node.onclick = () => node.classList.toggle("open");
}
