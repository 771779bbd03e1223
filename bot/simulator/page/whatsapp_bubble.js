// One message on a WhatsApp phone: quoted message, header, content, marks, ticks, and what can be pressed under it.

import { clock, element, icon, iconButton } from "./dom.js";
import { marked, unmarked } from "./marks.js";
import { contact, file, pictures, place, voice } from "./media.js";

const KINDS = {
  image: "Foto", document: "Dokumen", audio: "Pesan suara", video: "Video", sticker: "Stiker", location: "Lokasi",
  contacts: "Kontak", unsupported: "Pesan yang tidak diteruskan ke bot",
};
const TICKS = { sent: "terkirim", delivered: "sampai", read: "dibaca" };

// A message of the server in the form that the list of messages takes; `plain` is its text without marks.
export function asMessage(shown, personId, business) {
  const own = shown.direction === "person";
  const from = own ? { id: personId, first_name: "Anda" } : { id: 0, first_name: business };
  const plain = unmarked(shown.text);
  return { ...shown, plain, message_id: shown.number, date: shown.time, own, from, edit_date: shown.edited };
}

export function summary(message) {
  const name = message.media?.name || KINDS[message.kind];
  const text = [name, message.plain].filter(Boolean).join(": ") || "Pesan";
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}

export function bubble([message], pane) {
  const box = element("div", { className: "bubble" });
  if (message.reply_to) box.append(replied(message, pane));
  if (message.header) box.append(element("div", { className: "heading" }, message.header));
  box.append(...media(message), ...words(message), meta(message, pane));
  box.onclick = (event) => onTap(event, message, pane);
  const who = message.own ? "Anda" : message.from.first_name;
  const node = element("article", { className: `unit ${message.own ? "own" : "theirs"}`, tabIndex: -1, label: `${who}, ${clock(message.date)}` }, box);
  node.dataset.id = message.message_id;
  const choices = offered(message, pane);
  if (choices.length) node.append(element("div", { className: "buttons" }, ...choices));
  return node;
}

function replied(message, pane) {
  const target = pane.messages.whole.get(message.reply_to);
  const go = () => pane.messages.jump(message.reply_to);
  const name = element("b", {}, target?.from.first_name ?? "Pesan");
  return element("button", { type: "button", className: "reply", title: "Ke pesan yang dibalas", onclick: go }, name, element("span", {}, target ? summary(target) : "Pesan lama"));
}

const address = ({ id, name }) => `/practice/phone/file/${encodeURIComponent(id)}?name=${encodeURIComponent(name)}`;

function media({ media: stored, location, contacts, text, kind }) {
  const nodes = [];
  if (stored?.kind === "image") nodes.push(pictures([{ source: address(stored), alt: text || "Foto" }]));
  else if (stored?.kind === "sticker") nodes.push(element("div", { className: "sticker" }, "🙂"));
  else if (stored?.kind === "audio") nodes.push(voice(address(stored)));
  else if (stored) nodes.push(file(stored.name || KINDS[stored.kind], stored.size, address(stored)));
  if (location) nodes.push(place(location, [location.name, location.address].filter(Boolean).join(", ") || "Lokasi"));
  for (const person of contacts ?? []) nodes.push(contact(person.name.formatted_name, person.phones?.[0]?.phone ?? ""));
  if (kind === "unsupported") nodes.push(element("i", {}, KINDS.unsupported));
  return nodes;
}

function words({ text, footer, kind }) {
  const nodes = text && !["contacts", "unsupported"].includes(kind) ? [element("div", { className: "body" }, marked(text))] : [];
  return footer ? [...nodes, element("small", { className: "foot" }, footer)] : nodes;
}

function meta(message, pane) {
  const line = element("div", { className: "meta" });
  if (message.reaction) line.append(element("span", {}, message.reaction));
  const actions = element("span", { className: "actions" }, iconButton("reply", "Balas pesan ini", () => pane.composer.quote(message)));
  if (pane.canCorrect(message)) actions.append(iconButton("edit", "Sunting pesan ini", () => pane.composer.correct(message)));
  line.append(actions);
  if (message.edited) line.append(element("span", {}, "Diedit"));
  line.append(element("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
  if (message.own) line.append(ticks(message.status));
  return line;
}

function ticks(status) {
  const node = element("span", { className: `ticks ${status}`, title: TICKS[status] }, icon(status === "sent" ? "sent" : "delivered"));
  node.append(element("span", { className: "hidden" }, TICKS[status]));
  return node;
}

// A tap on a message replies to it, unless the tap was on a link or a button, or selected text.
function onTap(event, message, pane) {
  if (event.target.closest("a, button, audio") || !window.getSelection()?.isCollapsed) return;
  pane.composer.quote(message);
}

// What can be pressed under a message of the business.
function offered(message, pane) {
  if (message.own) return [];
  const { kind, list, link } = message;
  if (list) {
    const button = choice(list.button, "list", (event) => pane.openList(message, event.currentTarget));
    button.setAttribute("aria-haspopup", "dialog");
    button.dataset.rows = JSON.stringify(list.sections.flatMap(({ rows }) => rows.map((row) => row.title)));
    return [button];
  }
  if (kind === "location_request_message") return [choice("Kirim lokasi", "place", () => pane.do("location", {}))];
  if (kind === "request_contact_info") return [choice("Bagikan nomor saya", "person", () => pane.do("contact", {}))];
  if (kind === "cta_url" && /^https?:\/\//i.test(link?.url ?? "")) {
    return [element("a", { className: "choice", href: link.url, target: "_blank", rel: "noopener noreferrer" }, `${link.display_text} ↗`)];
  }
  return message.buttons.map((title) => choice(title, "reply", () => pane.do("press", { message: message.number, label: title })));
}

function choice(title, drawing, does) {
  const press = (event) => { pressAgain(event.currentTarget); does(event); };
  return element("button", { type: "button", className: "choice", onclick: press }, icon(drawing), title);
}

// Shows for a moment that a press was made: WhatsApp itself answers it by a message only.
function pressAgain(node) {
  node.classList.remove("pressed");
  requestAnimationFrame(() => node.classList.add("pressed"));
}
