// The composer: text, replies, edits, files, the reply keyboard and the list of commands.

import { element, iconButton } from "./dom.js";
import { menu, toast } from "./dialogs.js";
import { canRecord, Recorder } from "./recorder.js";
import { sampleFile } from "./server.js";

const MOST_FILES = 10;

export class Composer {
  constructor(root, pane) {
    this.pane = pane;
    this.recorder = new Recorder();
    this.replyTo = this.correcting = null;
    this.keysShown = true;
    const find = (selector) => root.querySelector(selector);
    [this.form, this.input, this.keys] = [find(".composer"), find("textarea"), find(".keys")];
    [this.quoted, this.commands, this.picker] = [find(".quoted"), find(".commands"), find("input[type=file]")];
    this.keysButton = iconButton("keys", "Tombol balasan", () => this.toggleKeys(), "keyboard");
    this.menuButton = iconButton("menu", "Perintah bot", () => this.toggleCommands());
    this.clip = iconButton("clip", "Kirim foto, berkas, suara, lokasi, atau kontak", () => this.attach(), "attach");
    this.clip.setAttribute("aria-haspopup", "menu");
    this.sender = element("button", { type: "submit", className: "round send", label: "Kirim", title: "Kirim (Enter)" });
    this.sender.append(iconButton("send", "", null).firstChild);
    this.mic = iconButton("mic", "Rekam pesan suara", () => this.record(), "mic");
    this.form.append(this.menuButton, this.input, this.keysButton, this.clip, this.mic, this.sender);
    this.form.onsubmit = (event) => { event.preventDefault(); this.submit(); };
    this.picker.onchange = () => { this.send([...this.picker.files]); this.picker.value = ""; };
    this.input.onkeydown = (event) => this.onKey(event);
    this.input.oninput = () => { this.fit(); this.listCommands(); };
    this.input.onpaste = (event) => this.dropped(event, event.clipboardData.files);
    root.ondragover = (event) => event.preventDefault();
    root.ondrop = (event) => this.dropped(event, event.dataTransfer.files);
    this.quoted.querySelector("button").onclick = () => this.cancelQuote();
    this.fit();
  }

  onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    else if (event.key === "Escape") { this.cancelQuote(); this.commands.hidden = true; }
    else if (event.key === "ArrowDown" && !this.commands.hidden) { event.preventDefault(); this.commands.querySelector("button")?.focus(); }
    else if (event.key === "ArrowUp" && !this.input.value) {
      const last = this.pane.messages.all().filter((each) => each.text && this.pane.canCorrect(each)).at(-1);
      if (last) { event.preventDefault(); this.correct(last); }
    }
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const { replyTo, correcting } = this;
    this.empty();
    if (correcting) await this.pane.do("edit", { message: correcting.message_id, text });
    else await this.pane.say(text, replyTo);
  }

  empty() {
    this.input.value = "";
    this.commands.hidden = true;
    this.cancelQuote();
    this.fit();
  }

  quote(message) {
    this.cancelQuote();
    this.replyTo = message;
    this.mark(`Membalas ${message.from.first_name}`, message);
  }

  correct(message) {
    this.cancelQuote();
    this.correcting = message;
    this.input.value = message.text ?? message.caption;
    this.fit();
    this.mark("Menyunting", message);
  }

  mark(title, message) {
    this.quoted.hidden = false;
    this.quoted.querySelector("b").textContent = title;
    this.quoted.querySelector(".bar span").textContent = this.pane.summary(message);
    this.input.focus();
  }

  cancelQuote() {
    if (this.correcting) this.input.value = "";
    this.replyTo = this.correcting = null;
    this.quoted.hidden = true;
    this.fit();
  }

  fit() {
    this.input.rows = Math.min(6, this.input.value.split("\n").length);
    const writing = Boolean(this.input.value.trim());
    this.sender.hidden = !writing;
    this.mic.hidden = writing;
  }

  drawKeys(keyboard) {
    const mark = JSON.stringify(keyboard);
    if (mark === this.keysMark) return;
    this.keysMark = mark;
    this.keysShown = true;
    const rows = keyboard?.keyboard ?? [];
    this.keysButton.hidden = rows.length === 0;
    this.keys.replaceChildren(...rows.map((row) => element("div", { className: "row" }, ...row.map((key) => {
      const does = () => { this.pane.messages.follow(); return this.pane.do("tap", { label: key.text }); };
      return element("button", { type: "button", className: key.style ?? "", onclick: does }, key.text);
    }))));
    this.keys.hidden = rows.length === 0;
    this.input.placeholder = keyboard?.input_field_placeholder ?? "Tulis pesan";
  }

  toggleKeys() {
    this.keysShown = !this.keysShown;
    this.keys.hidden = !this.keysShown;
    this.keysButton.setAttribute("aria-pressed", String(this.keysShown));
  }

  toggleCommands() {
    if (!this.commands.hidden) { this.commands.hidden = true; return; }
    this.input.value = "/";
    this.fit();
    this.listCommands();
    this.commands.querySelector("button")?.focus();
  }

  // The bot registered other commands: a command that is being typed may be one of them.
  menuChanged() { if (this.commands.hidden) this.listCommands(); }

  listCommands() {
    const word = /^\/(\w*)$/.exec(this.input.value);
    const found = word ? this.pane.commands().filter(({ command }) => command.startsWith(word[1])) : [];
    this.commands.hidden = found.length === 0;
    this.commands.replaceChildren(...found.map(({ command, description }) => {
      const does = () => { this.empty(); this.input.focus(); this.pane.say(`/${command}`); };
      const button = element("button", { type: "button", onclick: does }, element("b", {}, `/${command}`), element("span", {}, description));
      button.onkeydown = (event) => this.onCommandKey(event, button);
      return element("li", {}, button);
    }));
  }

  onCommandKey(event, button) {
    const all = [...this.commands.querySelectorAll("button")];
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) (all[all.indexOf(button) + steps[event.key]] ?? this.input).focus();
    else if (event.key === "Escape") { this.empty(); this.input.focus(); }
    else return;
    event.preventDefault();
  }

  attach() {
    const pick = (types, whole) => () => { this.picker.accept = types; this.asFile = whole; this.picker.click(); };
    const samples = (kind, count, name) => async () =>
      this.send(await Promise.all([...Array(count).keys()].map((index) => sampleFile(kind, index, name(index)))));
    menu(this.clip, [
      ["🖼️ Foto contoh", samples("photo", 1, () => "foto.png")],
      ["🗂️ Album contoh (3 foto)", samples("photo", 3, (index) => `foto-${index + 1}.png`)],
      ["📄 Dokumen contoh (PDF)", samples("document", 1, () => "bukti.pdf")],
      ["🎤 Pesan suara contoh", async () => this.send([await sampleFile("voice", 0, "suara.wav")], 2)],
      ["📍 Lokasi (Raci)", () => this.pane.do("location", {})],
      ["👤 Kontak saya", () => this.pane.do("contact", {})],
      ["📷 Foto dari komputer ini…", pick("image/*", false)],
      ["📎 Berkas dari komputer ini…", pick("", true)],
    ]);
  }

  dropped(event, files) {
    if (!files.length) return;
    event.preventDefault();
    this.asFile = false;
    this.send([...files]);
  }

  async send(files, voice = 0) {
    const form = new FormData();
    form.append("person", this.pane.personId);
    form.append("chat", this.pane.chatId);
    if (this.replyTo) form.append("reply_to", this.replyTo.message_id);
    if (voice) form.append("voice", voice);
    if (this.asFile) form.append("as_file", "1");
    if (this.input.value.trim() && !this.correcting) form.append("caption", this.input.value.trim());
    for (const file of files.slice(0, MOST_FILES)) form.append("file", file);
    this.asFile = false;
    this.empty();
    this.pane.messages.follow();
    await this.pane.send("upload", form);
  }

  async record() {
    if (this.recorder.running) { this.recorder.stop(); return; }
    if (!canRecord()) { toast("Mikrofon tidak tersedia. Pilih “Pesan suara contoh” pada tombol klip."); return; }
    const end = (sound, seconds) => { this.listening(false); this.send([sound], seconds); };
    try {
      await this.recorder.start(end);
      this.listening(true);
    } catch {
      toast("Mikrofon tidak diizinkan. Pilih “Pesan suara contoh” pada tombol klip.");
    }
  }

  listening(on) {
    this.mic.classList.toggle("on", on);
    const label = on ? "Selesai merekam dan kirim" : "Rekam pesan suara";
    this.mic.setAttribute("aria-label", label);
    this.mic.title = label;
    if (on) toast("Merekam… tekan mikrofon sekali lagi untuk mengirim.");
  }
}
