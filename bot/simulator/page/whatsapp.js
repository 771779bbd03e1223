// A citizen's WhatsApp phone: one chat with the business, and the person to whom it belongs.

import { avatar, element, iconButton, moment } from "./dom.js";
import { show, toast } from "./dialogs.js";
import { showLinks } from "./links.js";
import { Pane } from "./pane.js";
import { openSheet } from "./sheet.js";
import { PhoneSide } from "./side.js";
import { asMessage, bubble, summary } from "./whatsapp_bubble.js";

const EDIT_SECONDS = 15 * 60;
const UNSEEN_EDIT = "Bot WhatsApp hanya diberi tahu bahwa pesan disunting, bukan isinya.";

class WhatsAppPane extends Pane {
  path() { return `phone/${this.chatId}?since=${this.position}`; }
  unit(messages) { return bubble(messages, this); }
  summary(message) { return summary(message); }

  canCorrect(message) {
    return message.own && message.kind === "text" && this.side.page.now - message.date < EDIT_SECONDS;
  }

  commands() { return this.side.page.state.whatsapp.commands; }

  draw(phone) {
    this.side.show(phone);
    const { name } = this.side.page.state.whatsapp;
    const messages = phone.messages.map((shown) => asMessage(shown, this.personId, name));
    super.draw({ ...phone, messages, reactions: {}, keyboard: null, prompt: null, with_bot: true });
    this.root.classList.toggle("off", phone.off);
    this.markRead();
  }

  // Who looks at the chat has read it; a phone without a network reports nothing.
  markRead() {
    const unread = this.messages.all().some((message) => !message.own && message.status === "delivered");
    if (unread && this.root.checkVisibility() && !this.side.facts()?.off) this.do("read", {});
  }

  drawHead(phone) {
    const { name } = this.side.page.state.whatsapp;
    this.subtitle.textContent = phone.typing ? "mengetik…" : "Akun bisnis";
    if (this.title.textContent === name) return;
    this.title.textContent = name;
    this.face.replaceChildren(avatar({ id: 3, first_name: name }));
  }

  notice(phone) {
    const { links, openings, whatsapp } = this.side.page.state;
    const { payload } = this.side;
    if (phone.blocked) {
      return ["Anda memblokir bisnis ini. WhatsApp tidak memberi tahu bisnis itu.", ["Buka blokir", () => this.do("block", { blocked: false })]];
    }
    if (payload) {
      return [`Tautan ini menuju ${links[payload] ?? payload}. Pesannya sudah tertulis.`, [`Kirim “${this.side.opening(payload)}”`, () => this.side.useLink()]];
    }
    if (phone.started) return [];
    const texts = new Set([...Object.values(openings), ...whatsapp.prompts]);
    return [`Percakapan baru dengan ${whatsapp.name}.`, ...[...texts].map((text) => [text, () => this.say(text)])];
  }

  do(action, fields) {
    if (action !== "read") this.messages.follow();
    return this.send(action, { person: this.personId, ...fields });
  }

  async send(action, fields) {
    const result = await super.send(`whatsapp_${action}`, fields);
    if (action === "edit" && result !== null) toast(UNSEEN_EDIT);
    return result;
  }

  openList(message, opener) {
    const { button, sections } = message.list;
    openSheet(this.root, button, sections, (row) => this.do("pick", { message: message.number, row }), opener);
  }
}

export class WhatsAppSide extends PhoneSide {
  messenger = "WhatsApp";

  constructor(root, page) {
    super(root, page);
    this.window = root.querySelector(".window");
    this.shown = null;
  }

  makePane(root) { return new WhatsAppPane(root, this); }

  buttons() {
    return [
      iconButton("code", "Tautan dan kode QR WhatsApp", () => this.showLinks()),
      iconButton("add", "Warga WhatsApp baru", () => this.askPerson(), "newcomer"),
      iconButton("block", "Blokir bisnis atau buka blokir", () => this.toggleBlock(), "blocking"),
    ];
  }

  people() { return this.page.state.whatsapp.people; }

  askPerson() {
    const name = element("input", { name: "answer", maxLength: 64, required: true, autocomplete: "off" });
    const hidden = element("input", { type: "checkbox" });
    const add = () => name.value.trim() && this.addPerson(name.value.trim(), hidden.checked);
    const dialog = show("Warga WhatsApp baru", [
      element("label", { className: "field" }, "Nama", name),
      element("label", { className: "check" }, hidden, "Menyembunyikan nomor (hanya nama pengguna)"),
    ], [["Simpan", add, "primary"], ["Batal", () => {}]]);
    name.onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); dialog.close(); add(); } };
    name.focus();
  }

  async addPerson(name, usernameOnly) {
    const person = await this.page.do("whatsapp_person", { first_name: name, username_only: usernameOnly });
    await this.page.reload();
    if (person) await this.become(person.id);
  }

  toggleBlock() { return this.page.do("whatsapp_block", { person: this.personId, blocked: !this.facts().blocked }); }

  // What can happen to this phone, for the tools: label and action.
  events() {
    const { id: person, first_name: name, blocked, off } = this.facts() ?? {};
    if (!person) return [];
    return [
      [`${name} ${blocked ? "membuka blokir" : "memblokir bisnis"}`, () => this.toggleBlock()],
      [`${name} ${off ? "menyalakan" : "mematikan"} ponsel`, () => this.page.do("whatsapp_switch", { person, off: !off })],
      [`${name} berganti nomor`, () => this.page.do("whatsapp_number", { person })],
    ];
  }

  // A wa.me link opens the chat of a person who has not written yet, with the text prepared.
  async openLink(payload) {
    const newcomer = this.people().find((person) => !person.started) ?? this.people()[0];
    if (!newcomer) return;
    this.payload = payload;
    await this.become(newcomer.id);
    this.page.turn("citizen");
  }

  // The text that a wa.me link has prepared.
  opening(payload) { return this.page.state.openings[payload] ?? `Lapor ${payload}`; }

  async useLink() {
    const text = this.opening(this.payload);
    this.payload = "";
    await this.pane.say(text);
    await this.pane.refresh();
  }

  showLinks() {
    const number = this.page.state.whatsapp.number.replace(/\D/g, "");
    showLinks(this.page, (payload) => ({
      address: `wa.me/${number}?text=${encodeURIComponent(this.opening(payload))}`,
      picture: `/practice/code/${payload}.svg?app=whatsapp`,
      open: () => this.openLink(payload),
    }));
  }

  show(phone) {
    this.shown = phone;
    this.drawWindow();
  }

  // Whether the bot may write freely, and how the person can be reached.
  drawWindow() {
    if (!this.shown) return;
    const { window_until: until, number, username_only: hidden, off } = this.shown;
    const open = until > this.page.now;
    const state = open ? `Jendela 24 jam terbuka sampai ${moment(until)}.`
      : until ? "Jendela 24 jam tertutup: sampai warga menulis lagi, bot hanya dapat mengirim templat."
        : "Warga belum menulis: bot belum dapat mengirim pesan.";
    const about = hidden ? "Tanpa nomor, hanya nama pengguna." : `+${number}.`;
    const text = [about, state, off ? "Ponsel mati." : ""].join(" ").trim();
    if (this.window.textContent === text) return;
    this.window.textContent = text;
    this.window.classList.toggle("shut", !open);
  }
}
