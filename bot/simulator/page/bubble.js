// One unit of a chat as a bubble, a message or an album: sender, quoted message, content, buttons.

import { avatar, clock, element, icon, iconButton } from "./dom.js";
import { media, summary } from "./media.js";
import { rich } from "./rich.js";

export function unit(messages, pane) {
  const message = messages[0];
  const service = serviceText(message);
  if (service) return article(message, "service", service, element("span", {}, service));
  const own = message.from.id === pane.personId;
  const box = element("div", { className: "bubble" });
  if (!own && pane.isGroup) box.append(element("div", { className: `author ink${Math.abs(message.from.id) % 7}` }, message.from.first_name));
  if (message.reply_to_message) box.append(replied(message, pane));
  box.append(...media(messages), ...texts(messages, pane), meta(messages, pane));
  box.onclick = (event) => onTap(event, message, pane);
  const who = own ? "Anda" : message.from.first_name;
  const parts = [box];
  if (!own && pane.isGroup) parts.unshift(avatar(message.from));
  const node = article(message, own ? "own" : "theirs", `${who}, ${clock(message.date)}`, ...parts);
  const keyboard = messages.find((each) => each.reply_markup?.inline_keyboard);
  if (keyboard) node.append(buttons(keyboard, pane));
  return node;
}

function article(message, kind, label, ...children) {
  const node = element("article", { className: `unit ${kind}`, tabIndex: -1, label }, ...children);
  node.dataset.id = message.message_id;
  return node;
}

function serviceText(message) {
  const names = (people) => people.map((person) => person.first_name).join(", ");
  if (message.new_chat_members) return `${names(message.new_chat_members)} bergabung`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} keluar`;
  if (message.forum_topic_created) return `Topik dibuka: ${message.forum_topic_created.name}`;
  if (message.migrate_to_chat_id) return "Grup ini berpindah menjadi supergrup";
  if (message.migrate_from_chat_id) return "Supergrup ini adalah kelanjutan dari grup yang lama";
  return "";
}

function replied(message, pane) {
  const target = message.reply_to_message;
  const text = message.quote?.text ?? summary(target);
  const go = () => pane.messages.jump(target.message_id);
  const name = element("b", {}, target.from.first_name);
  return element("button", { type: "button", className: "reply", title: "Ke pesan yang dibalas", onclick: go }, name, element("span", {}, text));
}

function texts(messages, pane) {
  const handlers = { command: (text) => pane.say(text), link: (url) => pane.follow(url) };
  return messages.filter((message) => message.text ?? message.caption).map((message) => {
    const entities = message.entities ?? message.caption_entities;
    return element("div", { className: "body" }, rich(message.text ?? message.caption, entities, handlers));
  });
}

function meta(messages, pane) {
  const message = messages[0];
  const line = element("div", { className: "meta" });
  for (const reaction of pane.reactions[message.message_id] ?? []) line.append(element("span", {}, reaction.emoji));
  const actions = element("span", { className: "actions" }, iconButton("reply", "Balas pesan ini", () => pane.composer.quote(message)));
  if (pane.canCorrect(message)) actions.append(iconButton("edit", "Sunting pesan ini", () => pane.composer.correct(message)));
  line.append(actions);
  if (messages.some((each) => each.edit_date && !each.location)) line.append(element("span", {}, "disunting"));
  const time = element("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date));
  line.append(time);
  return line;
}

// A tap on a message replies to it, unless the tap was on a link or a button, or selected text.
function onTap(event, message, pane) {
  if (event.target.closest("a, button, audio, [role=button], .expandable")) return;
  if (!window.getSelection()?.isCollapsed) return;
  pane.composer.quote(message);
}

function buttons(message, pane) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", { className: "row" }, ...row.map((button) => {
      const node = element("button", { type: "button", className: button.style ?? "" }, button.text + (button.url ? " ↗" : ""));
      if (button.copy_text) node.append(" ", icon("copy"));
      node.onclick = () => pane.press(message, button, node);
      return node;
    })));
  return element("div", { className: "buttons" }, ...rows);
}
