// One side of the page: a chat as one person sees it, and what this person does in it.

import { bubble, summary } from "./bubble.js";
import { element } from "./rich.js";
import { act, read } from "./server.js";

export class Pane {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.personId = 0;
    this.chatId = 0;
    this.reactions = {};
    this.items = new Map();
    this.replyTo = null;
    this.correcting = null;
    root.append(document.getElementById("talk").content.cloneNode(true));
    const find = (selector) => root.querySelector(selector);
    this.list = find(".messages");
    this.keys = find(".keys");
    this.quoted = find(".quoted");
    this.input = find("textarea");
    find(".composer").onsubmit = (event) => { event.preventDefault(); this.submit(); };
    find(".quoted button").onclick = () => this.forget();
    find(".commands").onclick = () => this.page.showCommands(this);
    find("input[type=file]").onchange = (event) => this.upload(event.target);
    this.input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    };
    this.input.oninput = () => this.fit();
  }

  async show(chatId, personId) {
    [this.chatId, this.personId] = [Number(chatId), Number(personId)];
    this.forget();
    this.shown = null;
    this.following = true;
    await this.refresh();
  }

  async refresh() {
    if (!this.chatId) return;
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    try {
      do {
        this.again = false;
        this.draw(await read(`chat/${this.chatId}?person=${this.personId}`));
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  draw(chat) {
    const key = JSON.stringify(chat);
    if (key === this.shown || chat.chat.id !== this.chatId) return;
    this.shown = key;
    this.reactions = chat.reactions;
    const atEnd = this.following || this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const items = chat.messages.map((message) => this.item(message));
    this.items = new Map(items.map((item) => [item.mark, item]));
    this.list.replaceChildren(...(items.length ? items : [this.beginning()]));
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    this.following = false;
    this.drawKeys(chat.keyboard);
    if (chat.prompt && chat.prompt !== this.prompted) {
      const asked = chat.messages.find((message) => message.message_id === chat.prompt);
      if (asked) this.quote(asked);
    }
    this.prompted = chat.prompt;
  }

  // An unchanged message keeps its node, so that focus, opened spoilers and pictures stay.
  item(message) {
    const mark = JSON.stringify([message, this.reactions[message.message_id], this.personId]);
    return this.items.get(mark) ?? Object.assign(bubble(message, this), { mark });
  }

  beginning() {
    const start = new URLSearchParams(location.search).get("start") ?? "";
    const button = element("button", { type: "button", onclick: () => this.say(`/start ${start}`.trim()) }, "Mulai");
    const about = element("p", {}, this.page.state.description || "Belum ada pesan.");
    return element("li", { className: "empty" }, about, ...(this.chatId > 0 ? [button] : []));
  }

  drawKeys(keyboard) {
    const rows = keyboard?.keyboard ?? [];
    this.keys.hidden = rows.length === 0;
    this.keys.replaceChildren(...rows.map((row) => element("div", {}, ...row.map((key) => {
      const does = () => { this.following = true; return this.do("tap", { label: key.text }); };
      return element("button", { type: "button", className: key.style ?? "", onclick: does }, key.text);
    }))));
    this.input.placeholder = keyboard?.input_field_placeholder ?? "Tulis pesan";
  }

  async do(action, fields) {
    try {
      return await act(action, { person: this.personId, chat: this.chatId, ...fields });
    } catch (error) {
      this.page.toast(`Tidak dapat dilakukan: ${error.message}`);
      return null;
    }
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const { replyTo, correcting } = this;
    this.input.value = "";
    this.fit();
    this.forget();
    if (correcting) await this.do("edit", { message: correcting.message_id, text });
    else await this.say(text, replyTo);
  }

  async say(text, replyTo = null) {
    this.following = true;
    await this.do("say", { text, reply_to: replyTo?.message_id });
  }

  async upload(input) {
    const caption = this.input.value.trim();
    for (const [index, file] of [...input.files].entries()) {
      const form = new FormData();
      form.append("person", this.personId);
      form.append("chat", this.chatId);
      if (this.replyTo) form.append("reply_to", this.replyTo.message_id);
      if (caption && index === 0) form.append("caption", caption);
      form.append("file", file);
      await act("upload", form).catch((error) => this.page.toast(error.message));
    }
    input.value = "";
    this.input.value = "";
    this.forget();
  }

  async press(message, button, node) {
    if (button.copy_text) {
      await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
      return this.page.toast(`Disalin: ${button.copy_text.text}`);
    }
    if (button.url) return this.page.open(button.url, this.personId);
    node.setAttribute("aria-busy", "true");
    const answer = await this.do("press", { label: button.text, message: message.message_id });
    node.removeAttribute("aria-busy");
    return answer && this.page.answer(answer, this.personId);
  }

  quote(message) {
    this.forget();
    this.replyTo = message;
    this.mark(`Membalas: ${summary(message)}`);
  }

  correct(message) {
    this.forget();
    this.correcting = message;
    this.input.value = message.text ?? message.caption;
    this.fit();
    this.mark(`Menyunting: ${summary(message)}`);
  }

  mark(text) {
    this.quoted.hidden = false;
    this.quoted.querySelector("span").textContent = text;
    this.input.focus();
  }

  forget() {
    if (this.correcting) this.input.value = "";
    this.replyTo = this.correcting = null;
    this.quoted.hidden = true;
  }

  fit() {
    this.input.rows = Math.min(6, this.input.value.split("\n").length);
  }
}
