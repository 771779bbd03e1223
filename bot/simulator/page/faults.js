// Faults to choose, faults that wait for their calls, and the record of the bot's calls.

import { element, ZONE } from "./dom.js";
import { read } from "./server.js";

const ZONED = new Intl.DateTimeFormat("id", { timeStyle: "medium", timeZone: ZONE });
// Label, visible effect, fault.
const FAULTS = [
  ["Lambat", "setiap kiriman tertahan 3 detik", { kind: "slow", seconds: 3 }],
  ["Menolak 429", "“terlalu banyak”, coba lagi 2 detik kemudian", { kind: "429", retry_after: 2 }],
  ["Galat 500", "server pesan bermasalah", { kind: "500" }],
  ["Putus sebelum sampai", "sambungan putus, pesan tidak sampai", { kind: "drop", place: "before" }],
  ["Putus sesudah sampai", "pesan sampai, tetapi bot tidak diberi tahu", { kind: "drop", place: "after" }],
];
const TARGETS = [["writing", "kiriman bot"], ["getUpdates", "penerimaan pesan"], ["download", "unduhan berkas"]];
const SAME = /message is not modified/;
const OUTCOMES = { ok: "berhasil", waiting: "menunggu…", lost: "sampai, jawabannya hilang" };
const NAMES = {
  sendMessage: "kirim pesan", editMessageText: "ubah pesan", editMessageReplyMarkup: "ubah tombol", sendPhoto: "kirim foto",
  sendMediaGroup: "kirim album", sendDocument: "kirim berkas", answerCallbackQuery: "jawab tombol", deleteMessage: "hapus pesan",
  getUpdates: "terima pesan", getFile: "minta berkas", sendChatAction: "tanda mengetik", leaveChat: "keluar grup",
};

export class Faults {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.times = element("input", { type: "number", min: 1, max: 50, value: 3, name: "times" });
    this.target = element("select", { name: "target" }, ...TARGETS.map(([value, label]) => element("option", { value }, label)));
    this.armed = element("ul", { className: "armed" });
    this.ending = element("button", { type: "button", onclick: () => page.do("end_faults") }, "Pulihkan semua");
    this.places = element("div", { className: "grid" });
    this.log = element("ol", { className: "log", tabIndex: 0, label: "Catatan panggilan bot" });
    root.append(
      element("p", {}, "Buat layanan pesan bermasalah, lalu lihat: tidak ada yang hilang. Bot mencoba lagi sampai berhasil."),
      element("div", { className: "line" }, element("label", { className: "field" }, "Untuk", this.target), element("label", { className: "field" }, "Berapa kali", this.times)),
      element("div", { className: "faults" }, ...FAULTS.map((fault) => this.button(...fault))),
      this.armed, this.ending,
      element("h2", {}, "Kejadian lain"), this.places,
      element("h2", {}, "Catatan panggilan bot"), this.log,
    );
  }

  button(label, about, fault) {
    const does = () => this.page.do("fault", { ...fault, method: this.target.value, times: Number(this.times.value) || 1 });
    return element("button", { type: "button", onclick: does }, element("b", {}, label), element("small", {}, about));
  }

  draw() {
    const { faults, groups, people } = this.page.state;
    this.ending.hidden = faults.length === 0;
    this.armed.replaceChildren(...faults.map((fault) => {
      const [label] = FAULTS.find(([, , each]) => each.kind === fault.kind && (each.place ?? "before") === fault.place) ?? [fault.kind];
      const [, target] = TARGETS.find(([method]) => method === fault.method) ?? ["", fault.method ?? "semua"];
      return element("li", {}, `${label}: ${fault.left} × lagi, ${target}`);
    }));
    const { citizen, staff } = this.page;
    const person = people.find((each) => each.id === citizen.personId);
    const group = groups.find((each) => each.id === staff.group);
    const offers = [];
    if (person) offers.push([`${person.first_name} ${person.blocked ? "membuka blokir" : "memblokir bot"}`, () => citizen.turnBlock()]);
    if (group) {
      const inside = !["left", "kicked"].includes(group.bot_status);
      offers.push([inside ? `Keluarkan bot dari ${group.title}` : `Tambahkan bot ke ${group.title}`, () => this.page.do("bot", { chat: group.id, inside: !inside })]);
      if (inside) offers.push([`${group.title} berpindah ke supergrup baru`, () => this.page.do("migrate", { chat: group.id })]);
    }
    const mark = JSON.stringify([person?.id, group?.id, offers.map(([label]) => label)]);
    if (mark === this.mark) return;
    this.mark = mark;
    this.places.replaceChildren(...offers.map(([label, onclick]) => element("button", { type: "button", onclick }, label)));
  }

  // Loads the record only while it is visible, at most every 150 ms.
  called() {
    if (this.root.hidden || this.root.closest("aside").hidden || this.waiting) return;
    this.waiting = setTimeout(async () => {
      this.waiting = 0;
      this.drawLog(await read("calls").catch(() => []));
    }, 150);
  }

  drawLog(calls) {
    this.log.replaceChildren(...calls.reverse().map((call) => {
      const outcome = call.outcome === "error" ? said(call) : OUTCOMES[call.outcome];
      const fine = call.outcome === "ok" || SAME.test(call.error ?? "");
      const state = fine ? "good" : call.outcome === "waiting" ? "" : "bad";
      const tries = call.tries > 1 ? ` · percobaan ke-${call.tries}` : "";
      return element("li", { className: state },
        element("span", { className: "faint" }, ZONED.format(call.at * 1000)),
        element("span", {}, `${NAMES[call.method] ?? call.method}${call.chat ? ` → ${call.chat}` : ""}`),
        element("b", {}, `${outcome}${tries}`));
    }));
    if (!calls.length) this.log.append(element("li", { className: "none" }, "Belum ada panggilan."));
    this.draw();
  }
}

function said(call) {
  if (SAME.test(call.error ?? "")) return "sudah begitu, tidak perlu diubah";
  if (call.error === "dropped") return "sambungan putus";
  const wait = /retry after (\d+)/.exec(call.error ?? "");
  if (wait) return `429: tunggu ${wait[1]} detik`;
  return `${call.code}: ${call.error}`;
}
