// The guide: steps that are ticked when they are done, sample stories, restart, keyboard shortcuts.

import { element } from "./dom.js";
import { show } from "./dialogs.js";

const said = (messages, pattern) => messages.some((message) => pattern.test(message.plain ?? message.text ?? ""));
// What the citizen has written counts once the bot has counted it.
const written = ({ citizen }) => said(citizen.slice(-6), /Tercatat: \d/);
const replying = ({ quoting }) => quoting && "textarea";
// Text, where to do it, the button to press there, and the test that it is done. A fifth part names another element
// when there is something to write or to choose instead.
const STEPS = [
  ["Warga: tekan Mulai lalu Buat Pengaduan, atau tulis /lapor.", "citizen", /^(Mulai|Buat Pengaduan)$/,
    ({ citizen }) => said(citizen, /tentang apa\?|Pemberitahuan privasi|Nomor registrasi:/)],
  ["Pilih instansi, baca pemberitahuan, tekan Mengerti, lanjut.", "citizen", /^(Mengerti, lanjut|Dinas|Badan)/,
    ({ citizen }) => said(citizen, /— Layanan|Layanan:|Nomor registrasi:/)],
  ["Ceritakan kejadiannya dalam beberapa pesan; tambah foto contoh lewat tombol klip; tekan Lanjut.", "citizen", /^Lanjut$/,
    ({ citizen }) => said(citizen, /Uraian Bapak\/Ibu sudah tersimpan|Waktu kejadian|Nomor registrasi:/),
    (facts) => said(facts.citizen.slice(-2), /— Kejadian/) && !written(facts) && "textarea"],
  ["Jawab pertanyaan berikutnya, periksa ringkasan, tanda tangani, tekan Kirim.", "citizen", /^(Saya nyatakan benar|Kirim|Lanjut)$/,
    ({ citizen }) => said(citizen, /Nomor registrasi:/)],
  ["Petugas: tekan Ambil pada kartu pengaduan di grup.", "staff", /^Ambil$/, ({ staff }) => said(staff, /^Petugas: /m)],
  ["Tekan Jawab, balas pesan bot dengan tanggapan, periksa, tekan Kirim. Bila menunggu persetujuan, bertindaklah sebagai pimpinan: Periksa Konsep, Setujui.",
    "staff", /^(Jawab|Kirim|Periksa Konsep|Setujui)$/,
    ({ citizen, staff }) => said(citizen, /Tanggapan atas pengaduan/) || said(staff, /Tanggapan: Terkirim/), replying],
  ["Warga: baca tanggapannya, tekan Puas, beri bintang.", "citizen", /^(Puas|⭐+)$/, ({ citizen }) => said(citizen, /penilaian ⭐/)],
  ["Warga: tulis /lapor, pilih instansi, dan berhenti di situ. Lalu buka Waktu dan majukan satu hari: bot mengingatkan.", "tools", /^(Waktu|\+1 hari)$/,
    ({ state, citizen }) => state.offset > 0 && said(citizen, /belum selesai/)],
  ["Buka Gangguan, buat layanan pesan menolak, dan kirim sesuatu.", "tools", /^(Gangguan|Menolak 429.*)$/s, ({ state }) => state.faults.length > 0],
  ["WhatsApp: pilih warga WhatsApp pada “Ponsel milik”, lalu tekan Lapor DPMD. Percakapannya sama; petugas tetap di grupnya.", "citizen", /^Lapor /,
    ({ whatsapp }) => whatsapp.some((message) => message.own), ({ onWhatsApp }) => !onWhatsApp && "select"],
];
const SHORTCUTS = [
  ["Enter", "kirim; Shift+Enter baris baru"], ["/", "daftar perintah bot"], ["↑", "sunting pesan terakhir (kotak kosong)"],
  ["Esc", "batal membalas atau menyunting"], ["Shift+Tab", "dari kotak tulis ke pesan dan tombolnya"],
  ["↑ ↓", "antarpesan; Enter membalas, E menyunting"], ["Alt+W", "ke warga"], ["Alt+P", "ke petugas"], ["Alt+T", "ke alat latihan"],
];

const GROUPS = ".unit, .keys, .banner, .grid, .faults, .sheet, [role=tablist]";
// Long enough to see what a sample has done on one side of a phone before the other side is shown.
const READ_MILLISECONDS = 1500;
const RECENT = 50;

// The first visible button with such a label in the last group of buttons that has one.
function named(place, label) {
  const fits = [...place.querySelectorAll("button")].filter((button) =>
    button.checkVisibility() && button.closest(GROUPS) && labelsOf(button).some((each) => label.test(each)));
  const group = fits.at(-1)?.closest(GROUPS);
  return fits.find((button) => button.closest(GROUPS) === group);
}

// What a press leads to: the rows of a list, else the button's own text, without the words of a dot.
function labelsOf(button) {
  if (button.dataset.rows) return JSON.parse(button.dataset.rows);
  return [[...button.childNodes].filter((node) => !node.classList?.contains("dot")).map((node) => node.textContent).join(" ").trim()];
}

// A step that is done stays done, so that only the newest messages are looked at.
const recent = (side) => side.pane.messages.all().slice(-RECENT);

export class Tour {
  constructor(root, page) {
    this.page = page;
    this.items = STEPS.map(([text]) => element("li", {}, element("span", { className: "tick" }), element("span", {}, text)));
    this.finished = element("p", { className: "good", hidden: true }, "Selesai. Itulah seluruh perjalanan sebuah pengaduan.");
    this.samples = element("div", { className: "grid" });
    this.playing = element("p", { className: "playing", hidden: true });
    this.playing.setAttribute("role", "status");
    const again = element("button", { type: "button", className: "danger", onclick: () => this.reset() }, "Mulai ulang");
    this.restart = element("section", {}, element("h2", {}, "Mulai dari awal"), element("p", { className: "faint" }, "Menghapus semua isi latihan dan mengembalikan waktu."), again);
    const keys = element("dl", {}, ...SHORTCUTS.flatMap(([key, does]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)]));
    root.append(
      element("h2", {}, "Jalan pertama"), element("ol", { className: "tour" }, ...this.items), this.finished,
      element("h2", {}, "Contoh sekali tekan"), element("p", { className: "faint" }, "Orang-orang bertindak sendiri lewat bot yang sebenarnya. Lihat saja."),
      this.playing, this.samples, this.restart,
      element("details", {}, element("summary", {}, "Pintasan papan ketik"), keys),
    );
    for (const side of page.sides()) side.pane.watchers.add(() => this.draw());
  }

  get key() { return `aduan.tour.${this.page.state.epoch}`; }

  draw() {
    const { state, phone, staff, whatsapp } = this.page;
    if (!state.epoch) return;
    const done = new Set(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    const facts = {
      state, citizen: recent(phone), staff: recent(staff), quoting: Boolean(staff.pane.composer.replyTo),
      whatsapp: recent(whatsapp), onWhatsApp: phone === whatsapp,
    };
    for (const [index, step] of STEPS.entries()) if (!done.has(index) && step[3](facts)) done.add(index);
    sessionStorage.setItem(this.key, JSON.stringify([...done]));
    const next = STEPS.findIndex((_, index) => !done.has(index));
    for (const [index, item] of this.items.entries()) {
      item.className = done.has(index) ? "done" : index === next ? "next" : "";
      item.firstChild.textContent = done.has(index) ? "✓" : String(index + 1);
      item.setAttribute("aria-current", index === next ? "step" : "false");
    }
    this.finished.hidden = next >= 0;
    this.point(STEPS[next], facts);
    this.follow(state);
    this.drawSamples(state);
    this.restart.hidden = !state.restarts;
  }

  // Highlights what the next step names, while the guide is open: the first fitting button of the newest group
  // of buttons, or the place to write.
  point(step, facts) {
    for (const node of document.querySelectorAll(".hint")) node.classList.remove("hint");
    if (!step || document.getElementById("tools").hidden) return;
    const [, where, label, , other] = step;
    const place = where === "citizen" ? this.page.phone.root : document.getElementById(where);
    const selector = other?.(facts);
    const node = selector ? place.querySelector(selector) : named(place, label);
    node?.classList.add("hint");
  }

  // Shows the chat in which the sample continues, a moment later: what was done before can be read until then.
  follow({ scene }) {
    const mark = JSON.stringify(scene);
    if (mark === this.scene) return;
    const delay = this.scene && this.scene !== "null" ? READ_MILLISECONDS : 0;
    this.scene = mark;
    if (scene) setTimeout(() => this.look(scene), delay);
  }

  async look({ person, chat }) {
    const side = this.page.isOfficer(person) ? "staff" : "citizen";
    const { pane, personId } = this.page[side];
    const hidden = side === "citizen" && this.page.phone !== this.page.citizen;
    if (hidden || pane.chatId !== chat || personId !== person) await this.page[side].become(...(side === "staff" ? [chat === person ? 0 : chat, person] : [person]));
    if (window.matchMedia("(max-width: 52rem)").matches) this.page.turn(side);
  }

  drawSamples(state) {
    const mark = JSON.stringify([state.samples, state.playing, state.trouble]);
    if (mark === this.mark) return;
    this.mark = mark;
    this.samples.replaceChildren(...state.samples.map((sample) =>
      element("button", { type: "button", disabled: Boolean(state.playing), onclick: () => this.play(sample) }, `▶ ${sample.title}`)));
    this.playing.hidden = !state.playing && !state.trouble;
    this.playing.textContent = state.playing ? `Sedang berjalan: ${state.playing}…` : `Contoh berhenti: ${state.trouble}`;
  }

  async play(sample) {
    await this.page.citizen.become(sample.person);
    await this.page.staff.become(sample.group, this.page.staff.personId);
    if (this.page.drawer.covers()) this.page.turn("citizen");
    await this.page.do("sample", { name: sample.name });
  }

  reset() {
    const text = element("p", {}, "Semua percakapan dan pengaduan latihan dihapus, dan bot dimulai dengan penyimpanan kosong.");
    show("Mulai dari awal?", [text], [["Ya, mulai ulang", () => this.page.do("reset"), "danger"], ["Batal", () => {}]]);
  }
}
