// One message as a bubble: who, what it answers, text, files, buttons, and what can be done with it.

import { element, rich } from "./rich.js";

const FILES = { document: "📄", video: "🎬", voice: "🎤", audio: "🎵", video_note: "⭕", sticker: "🙂" };
const NAMES = { video: "Video", voice: "Pesan suara", audio: "Audio", video_note: "Video bundar", sticker: "Stiker" };

export function bubble(message, pane) {
  const service = serviceText(message);
  if (service) return element("li", { className: "message service" }, service);
  const own = message.from.id === pane.personId;
  const box = element("div", { className: "bubble" });
  if (!own) box.append(element("div", { className: "author" }, message.from.first_name));
  if (message.reply_to_message) box.append(reply(message));
  box.append(...content(message, pane), under(message, own, pane));
  const item = element("li", { className: own ? "message own" : "message" }, box);
  if (message.reply_markup) item.append(buttons(message, pane));
  return item;
}

function serviceText(message) {
  const names = (people) => people.map((person) => person.first_name).join(", ");
  if (message.new_chat_members) return `${names(message.new_chat_members)} bergabung`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} keluar`;
  if (message.pinned_message) return `Pesan disematkan: ${summary(message.pinned_message)}`;
  if (message.forum_topic_created) return `Topik dibuka: ${message.forum_topic_created.name}`;
  if (message.migrate_to_chat_id) return "Grup ini menjadi supergrup";
  if (message.migrate_from_chat_id) return "Supergrup ini berasal dari sebuah grup";
  return "";
}

export function summary(message) {
  const kind = Object.keys(FILES).find((key) => message[key]);
  const text = message.text ?? message.caption ?? NAMES[kind] ?? (message.photo ? "Foto" : "Pesan");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function reply(message) {
  const text = message.quote?.text ?? summary(message.reply_to_message);
  return element("div", { className: "reply" }, `${message.reply_to_message.from.first_name}: ${text}`);
}

function content(message, pane) {
  const nodes = [];
  if (message.photo) {
    const source = `/practice/file/${encodeURIComponent(message.photo.at(-1).file_id)}`;
    const picture = element("img", { className: "picture", src: source, alt: "Foto", loading: "lazy" });
    nodes.push(element("a", { href: source, target: "_blank", rel: "noopener" }, picture));
  }
  for (const [kind, sign] of Object.entries(FILES)) if (message[kind]) nodes.push(file(message[kind], kind, sign));
  if (message.venue) nodes.push(element("div", {}, `📍 ${message.venue.title}, ${message.venue.address}`));
  else if (message.location) nodes.push(element("div", {}, `📍 ${message.location.latitude}, ${message.location.longitude}`));
  if (message.contact) nodes.push(element("div", {}, `👤 ${message.contact.first_name}, ${message.contact.phone_number}`));
  if (message.poll) nodes.push(element("div", {}, `📊 ${message.poll.question}`));
  const text = message.text ?? message.caption;
  if (text) {
    const entities = message.entities ?? message.caption_entities;
    nodes.push(element("div", { className: "body" }, rich(text, entities, (command) => pane.say(command))));
  }
  return nodes;
}

function file(stored, kind, sign) {
  const size = stored.file_size ? ` (${Math.max(1, Math.round(stored.file_size / 1024))} KB)` : "";
  const name = stored.file_name ?? NAMES[kind] ?? "Berkas";
  const source = `/practice/file/${encodeURIComponent(stored.file_id)}`;
  return element("div", {}, element("a", { href: source, download: name }, `${sign} ${name}${size}`));
}

function under(message, own, pane) {
  const line = element("div", { className: "under" });
  const offer = (label, does) => line.append(element("button", { type: "button", onclick: does }, label));
  offer("Balas", () => pane.quote(message));
  if (own && (message.text || message.caption)) offer("Sunting", () => pane.correct(message));
  const reactions = pane.reactions[message.message_id] ?? [];
  for (const reaction of reactions) line.append(element("span", {}, reaction.emoji));
  if (message.edit_date) line.append(element("span", {}, "disunting"));
  const time = new Date(message.date * 1000);
  line.append(element("time", { dateTime: time.toISOString() }, time.toLocaleTimeString("id", { timeStyle: "short" })));
  return line;
}

function buttons(message, pane) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", {}, ...row.map((button) => {
      const node = element("button", { type: "button", className: button.style ?? "" }, button.text + (button.url ? " ↗" : ""));
      node.onclick = () => pane.press(message, button, node);
      return node;
    })));
  return element("div", { className: "buttons" }, ...rows);
}
