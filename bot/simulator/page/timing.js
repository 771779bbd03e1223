// Moves business time forward, so that due dates pass and reminders are sent.

import { element, moment, ZONE } from "./dom.js";
import { toast } from "./dialogs.js";

const STEPS = [
  ["+1 jam", { seconds: 3600 }],
  ["+1 hari", { seconds: 86400 }],
  ["+1 hari kerja", { working_days: 1 }],
  ["+3 hari kerja", { working_days: 3 }],
  ["+1 minggu", { seconds: 604800 }],
];
const HOURS_AHEAD = "+07:00";
const parts = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short", timeZone: ZONE });

export class Timing {
  constructor(root, page) {
    this.page = page;
    this.now = element("p", { className: "big" });
    this.ahead = element("p", { className: "faint" });
    this.date = element("input", { type: "datetime-local", name: "at" });
    this.steps = STEPS.map(([label, fields]) =>
      element("button", { type: "button", onclick: () => this.advance(fields) }, label));
    const form = element("form", { className: "line" }, element("label", { className: "field" }, "Tanggal dan jam (WIB)", this.date),
      element("button", { type: "submit", className: "primary" }, "Pindah ke sana"));
    form.onsubmit = (event) => { event.preventDefault(); this.jump(); };
    root.append(
      element("p", {}, "Waktu kerja di latihan ini. Majukan satu hari kerja: grup petugas menerima pengingat pada kartunya dan ringkasan pagi, sesudah tenggat juga pimpinan. Warga diingatkan akan pengaduan yang belum dikirim."),
      this.now, this.ahead, element("div", { className: "grid" }, ...this.steps), form,
      element("p", { className: "faint" }, "Waktu tidak dapat mundur; “Mulai ulang” pada Panduan mengembalikannya. Hari kerja: Senin–Jumat tanpa libur nasional dan cuti bersama."),
    );
    setInterval(() => this.draw(), 1000);
  }

  draw() {
    const { state, now } = this.page;
    if (!state.now) return;
    this.now.textContent = moment(now);
    const days = Math.floor(state.offset / 86400);
    const hours = Math.round((state.offset % 86400) / 360) / 10;
    const ahead = [days && `${days} hari`, hours && `${hours.toLocaleString("id")} jam`].filter(Boolean).join(" ");
    this.ahead.textContent = ahead ? `${ahead} lebih maju dari jam komputer ini.` : "Sama dengan jam komputer ini.";
    if (!this.date.value) this.date.value = parts.format(now * 1000).replace(" ", "T");
    for (const [index, button] of this.steps.entries()) button.disabled = "working_days" in STEPS[index][1] && !state.working_days;
  }

  async advance(fields) {
    for (const button of this.steps) button.setAttribute("aria-busy", "true");
    const offset = await this.page.do("time", fields);
    for (const button of this.steps) button.removeAttribute("aria-busy");
    if (offset === null) return;
    await this.page.reload();
    this.date.value = "";
    this.draw();
    toast(`Sekarang ${moment(this.page.now)}.`);
  }

  jump() {
    const at = Date.parse(`${this.date.value}:00${HOURS_AHEAD}`) / 1000;
    if (Number.isFinite(at)) this.advance({ at });
  }
}
