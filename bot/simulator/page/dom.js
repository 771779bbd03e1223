// Nodes, icons, and the display of times and people.

export const ZONE = "Asia/Jakarta";
const PATHS = {
  send: "M3 20l18-8L3 4v6l11 2-11 2z",
  clip: "M8 12.5l6-6a3 3 0 014.2 4.2l-8 8a5 5 0 01-7-7L11 4",
  mic: "M12 3a3 3 0 013 3v5a3 3 0 01-6 0V6a3 3 0 013-3zM6 11a6 6 0 0012 0M12 17v4",
  menu: "M4 7h16M4 12h16M4 17h16",
  keys: "M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M7 14h10",
  reply: "M10 8V4L3 11l7 7v-4c5 0 8 2 11 6-1-7-4-12-11-12z",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 10l6 6 6-6",
  file: "M6 3h8l4 4v14H6zM14 3v5h4",
  place: "M12 21s7-7 7-12a7 7 0 00-14 0c0 5 7 12 7 12zM12 11.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c0-5 4-7 8-7s8 2 8 7",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM14 18h2M18 14h2",
  block: "M12 3a9 9 0 100 18 9 9 0 000-18zM6 6l12 12",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  add: "M12 5v14M5 12h14",
  phones: "M3 3h8v18H3zM15 6h6v12h-6zM6 18h2M17.5 15h1",
  list: "M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01",
  sent: "M5 13l4 4L19 7",
  delivered: "M1 13l4 4L15 7M9 15l2 2L21 7",
};

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  const { label, dataset, ...plain } = properties;
  Object.assign(node, plain);
  if (label) node.setAttribute("aria-label", label);
  if (dataset) Object.assign(node.dataset, dataset);
  node.append(...children);
  return node;
}

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

export function iconButton(name, label, onclick, className = "") {
  return element("button", { type: "button", className: `round ${className}`, label, title: label, onclick }, icon(name));
}

const short = new Intl.DateTimeFormat("id", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const long = new Intl.DateTimeFormat("id", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: ZONE });
const both = new Intl.DateTimeFormat("id", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: ZONE });

export const clock = (seconds) => short.format(seconds * 1000);
export const day = (seconds) => long.format(seconds * 1000);
export const moment = (seconds) => `${both.format(seconds * 1000)}, ${clock(seconds)} WIB`;

export function avatar(person) {
  const words = (person.title ?? person.first_name ?? "?").split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0]).join("");
  const node = element("span", { className: `avatar tint${Math.abs(person.id) % 7}` }, person.is_bot ? "🤖" : letters);
  node.setAttribute("aria-hidden", "true");
  return node;
}
