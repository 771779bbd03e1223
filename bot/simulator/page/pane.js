// One side's open chat: a chat as one person sees it, and this person's actions in it.

import { unit } from "./bubble.js";
import { avatar, element } from "./dom.js";
import { Composer } from "./composer.js";
import { alertText, toast } from "./dialogs.js";
import { summary } from "./media.js";
import { Messages } from "./messages.js";
import { act, read, RETRY_MILLISECONDS } from "./server.js";

export class Pane {
  constructor(root, side) {
    this.root = root;
    this.side = side;
    this.personId = this.chatId = 0;
    this.reactions = {};
    root.append(document.getElementById("talk").content.cloneNode(true));
    const find = (selector) => root.querySelector(selector);
    this.messages = new Messages(find(".messages"), this);
    this.composer = new Composer(root, this);
    [this.face, this.title, this.subtitle] = [find(".face"), find(".chatname h2"), find(".chatname small")];
    this.banner = find(".banner");
    this.watchers = new Set();
  }

  get isGroup() { return this.chatId < 0; }

  commands() {
    const { commands } = this.side.page.state;
    return commands[String(this.chatId)] ?? commands[this.isGroup ? "all_group_chats" : "all_private_chats"] ?? [];
  }

  // The differences between messengers: where the chat is read, how a message looks, its short form, whether the
  // person may correct it.
  path() { return `chat/${this.chatId}?person=${this.personId}&since=${this.position}`; }
  unit(messages) { return unit(messages, this); }
  summary(message) { return summary(message); }
  canCorrect(message) { return message.from.id === this.personId && Boolean(message.text ?? message.caption); }

  async show(chatId, personId) {
    if (Number(chatId) === this.chatId && Number(personId) === this.personId) return this.refresh();
    [this.chatId, this.personId] = [Number(chatId), Number(personId)];
    this.position = 0;
    this.prompted = null;
    this.composer.empty();
    this.messages.clear();
    return this.refresh();
  }

  async refresh() {
    if (!this.chatId) return;
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    try {
      do {
        this.again = false;
        const [chatId, personId] = [this.chatId, this.personId];
        const chat = await read(this.path()).catch(() => null);
        if (!chat) { this.tryAgain(); return; }
        if (chatId === this.chatId && personId === this.personId) this.draw(chat);
        else this.again = true;
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  tryAgain() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.refresh(), RETRY_MILLISECONDS);
  }

  draw(chat) {
    this.position = chat.position;
    this.reactions = chat.reactions;
    this.messages.take(chat);
    this.composer.drawKeys(chat.keyboard);
    this.drawHead(chat);
    clearTimeout(this.typingEnd);
    if (chat.typing) this.typingEnd = setTimeout(() => this.refresh(), 5000);
    if (chat.prompt && chat.prompt !== this.prompted) this.openPrompt(chat.prompt);
    const answered = this.prompted && !chat.prompt && this.composer.replyTo?.message_id === this.prompted;
    if (answered) this.composer.cancelQuote();
    this.prompted = chat.prompt;
    this.drawBanner(...this.notice(chat));
    this.composer.form.hidden = chat.blocked || !chat.with_bot;
    for (const watch of this.watchers) watch();
  }

  drawHead(chat) {
    const { bot, groups } = this.side.page.state;
    const members = groups.find((group) => group.id === this.chatId)?.members.length;
    const subject = this.isGroup ? chat.chat : bot;
    const still = this.isGroup ? `grup, ${members ?? 0} anggota dan bot` : "bot";
    this.subtitle.textContent = chat.typing ? "mengetik…" : still;
    if (this.title.textContent === (subject.title ?? subject.first_name)) return;
    this.title.textContent = subject.title ?? subject.first_name;
    this.face.replaceChildren(avatar(subject));
  }

  openPrompt(id) {
    const asked = this.messages.whole.get(id);
    if (asked) this.composer.quote(asked);
  }

  drawBanner(text = "", ...buttons) {
    this.banner.hidden = !text;
    const mark = JSON.stringify([text, buttons.map(([label]) => label)]);
    if (mark === this.bannerMark) return;
    this.bannerMark = mark;
    this.banner.replaceChildren(element("p", {}, text), ...buttons.map(([label, onclick]) =>
      element("button", { type: "button", className: "primary start", onclick }, label)));
  }

  // The text of the banner, and its buttons: label and action.

  notice(chat) {
    const { page } = this.side;
    if (!chat.with_bot) {
      return ["Bot tidak ada di grup ini.", ["Tambahkan bot lagi", () => page.do("bot", { chat: this.chatId, inside: true })]];
    }
    if (this.isGroup) return [];
    if (chat.blocked) return ["Anda memblokir bot ini.", ["Buka blokir", () => this.do("block", { blocked: false })]];
    const payload = this.side.payload;
    if (payload) {
      return [`Tautan ini menuju ${page.state.links[payload] ?? payload}.`, ["Mulai", () => this.side.useLink()]];
    }
    if (!chat.started) return [page.state.description || "Belum ada pesan.", ["Mulai", () => this.say("/start")]];
    return [];
  }

  do(action, fields) { return this.send(action, { person: this.personId, chat: this.chatId, ...fields }); }

  async send(action, fields) {
    try {
      return await act(action, fields);
    } catch (error) {
      toast(`Tidak dapat dilakukan: ${error.message}`);
      return null;
    }
  }

  async say(text, replyTo = null) {
    this.messages.follow();
    await this.do("say", { text, reply_to: replyTo?.message_id });
  }

  async press(message, button, node) {
    if (button.copy_text) {
      await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
      return toast(`Disalin: ${button.copy_text.text}`);
    }
    if (button.url) return this.follow(button.url) || window.open(button.url, "_blank", "noopener");
    if (node.getAttribute("aria-busy") === "true") return undefined;
    node.setAttribute("aria-busy", "true");
    const fields = { label: button.text, data: button.callback_data, message: message.message_id };
    const answer = await this.do("press", fields);
    node.removeAttribute("aria-busy");
    return answer && this.answered(answer);
  }

  answered(answer) {
    if (answer.url) return this.follow(answer.url) || window.open(answer.url, "_blank", "noopener");
    if (!answer.text) return undefined;
    return answer.show_alert ? alertText("Pesan dari bot", answer.text) : toast(answer.text);
  }

  // Opens a link to the bot in this chat; returns whether it was one.
  follow(link) { return this.side.page.openLink(link, this.personId); }
}
