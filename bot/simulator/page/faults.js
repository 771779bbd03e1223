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
// Those that only the service of WhatsApp has.
const WHATSAPP_FAULTS = [
  ["Terlalu sering ke satu orang", "galat 131056, coba lagi kemudian", { kind: "500", code: 131056 }],
  ["Jendela tertutup", "galat 131047, hanya templat yang diterima", { kind: "500", code: 131047 }],
  ["Akun ditangguhkan", "galat 131031, operator diberi tahu", { kind: "500", code: 131031 }],
];
// Failures that are told in a status, after the service has accepted the message.
const LATER = [
  ["Diterima, lalu tidak terjangkau", "status gagal 131026 sesudah kiriman", { reason: "unreachable" }],
  ["Diterima, lalu jendela tertutup", "status gagal 131047 sesudah kiriman", { reason: "window" }],
];
const MODES = [["duplicate", "Kabar WhatsApp datang dua kali"], ["shuffle", "Kabar WhatsApp datang tanpa urutan"], ["held", "Status kiriman WhatsApp tertahan"]];
const TARGETS = [["writing", "kiriman bot"], ["getUpdates", "penerimaan pesan"], ["download", "unduhan berkas"]];
const WHATSAPP_TARGETS = [["whatsapp.messages", "kiriman bot lewat WhatsApp"], ["whatsapp.upload", "unggahan berkas ke WhatsApp"], ["whatsapp.download", "unduhan berkas dari WhatsApp"]];
const SAME = /message is not modified/;
const OUTCOMES = { ok: "berhasil", waiting: "menunggu…", lost: "sampai, jawabannya hilang" };
const NAMES = {
  sendMessage: "kirim pesan", editMessageText: "ubah pesan", editMessageReplyMarkup: "ubah tombol", sendPhoto: "kirim foto",
  sendMediaGroup: "kirim album", sendDocument: "kirim berkas", answerCallbackQuery: "jawab tombol", deleteMessage: "hapus pesan",
  getUpdates: "terima pesan", getFile: "minta berkas", sendChatAction: "tanda mengetik", leaveChat: "keluar grup",
  "whatsapp.messages": "WhatsApp: kirim pesan", "whatsapp.read": "WhatsApp: tanda dibaca", "whatsapp.upload": "WhatsApp: unggah berkas",
  "whatsapp.media": "WhatsApp: minta berkas", "whatsapp.download": "WhatsApp: unduh berkas", "whatsapp.number": "WhatsApp: periksa nomor",
  "whatsapp.templates": "WhatsApp: periksa templat",
};

export class Faults {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.times = element("input", { type: "number", min: 1, max: 50, value: 3, name: "times" });
    this.target = element("select", { name: "target", onchange: () => this.drawOffers() });
    this.offers = element("div", { className: "faults" });
    this.armed = element("ul", { className: "armed" });
    this.ending = element("button", { type: "button", onclick: () => page.do("end_faults") }, "Pulihkan semua");
    this.places = element("div", { className: "grid" });
    this.log = element("ol", { className: "log", tabIndex: 0, label: "Catatan panggilan bot" });
    root.append(
      element("p", {}, "Buat layanan pesan bermasalah, lalu lihat: tidak ada yang hilang. Bot mencoba lagi sampai berhasil."),
      element("div", { className: "line" }, element("label", { className: "field" }, "Untuk", this.target), element("label", { className: "field" }, "Berapa kali", this.times)),
      this.offers, this.armed, this.ending,
      element("h2", {}, "Kejadian lain"), this.places,
      element("h2", {}, "Catatan panggilan bot"), this.log,
    );
  }

  button(label, about, fault) {
    const times = () => Number(this.times.value) || 1;
    const does = () => (fault.reason ? this.page.do("whatsapp_fail", { ...fault, times: times() })
      : this.page.do("fault", { ...fault, method: this.target.value, times: times() }));
    return element("button", { type: "button", onclick: does }, element("b", {}, label), element("small", {}, about));
  }

  // The faults of the chosen target; WhatsApp is among the targets where somebody uses it.
  drawOffers() {
    const targets = [...TARGETS, ...(this.page.state.whatsapp.people.length ? WHATSAPP_TARGETS : [])];
    if (this.target.options.length !== targets.length) {
      this.target.replaceChildren(...targets.map(([value, label]) => element("option", { value }, label)));
    }
    const sending = this.target.value === "whatsapp.messages";
    const offers = [...FAULTS, ...(sending ? WHATSAPP_FAULTS : [])].map((fault) => this.button(...fault));
    if (sending) offers.push(...LATER.map((fault) => this.button(...fault)));
    if (this.offers.children.length !== offers.length) this.offers.replaceChildren(...offers);
  }

  draw() {
    const { faults, groups, whatsapp } = this.page.state;
    this.drawOffers();
    const modes = MODES.filter(([mode]) => whatsapp.modes[mode]);
    this.ending.hidden = faults.length + modes.length + (whatsapp.failing ?? 0) === 0;
    this.armed.replaceChildren(...[
      ...faults.map(armedText), ...modes.map(([, label]) => label),
      ...(whatsapp.failing ? [`Diterima, lalu gagal: ${whatsapp.failing} × lagi, WhatsApp`] : []),
    ].map((text) => element("li", {}, text)));
    const { phone, staff } = this.page;
    const group = groups.find((each) => each.id === staff.group);
    const offers = phone.events();
    if (phone === this.page.whatsapp) {
      for (const [mode, label] of MODES) if (!whatsapp.modes[mode]) offers.push([label, () => this.page.do("whatsapp_mode", { mode, on: true })]);
    }
    if (group) {
      const inside = !["left", "kicked"].includes(group.bot_status);
      offers.push([inside ? `Keluarkan bot dari ${group.title}` : `Tambahkan bot ke ${group.title}`, () => this.page.do("bot", { chat: group.id, inside: !inside })]);
      if (inside) offers.push([`${group.title} berpindah ke supergrup baru`, () => this.page.do("migrate", { chat: group.id })]);
    }
    const mark = JSON.stringify([phone.personId, group?.id, offers.map(([label]) => label)]);
    if (mark === this.mark) return;
    this.mark = mark;
    this.places.replaceChildren(...offers.map(([label, onclick]) => element("button", { type: "button", onclick }, label)));
  }

  // Loads the record only while it is visible, at most every 150 ms.
  refreshLog() {
    if (this.root.hidden || this.root.closest("aside").hidden || this.waiting) return;
    this.waiting = setTimeout(async () => {
      this.waiting = 0;
      this.drawLog(await read("calls").catch(() => []));
    }, 150);
  }

  drawLog(calls) {
    this.log.replaceChildren(...calls.reverse().map((call) => {
      const outcome = call.outcome === "error" ? errorText(call) : OUTCOMES[call.outcome];
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

function armedText(fault) {
  const same = ([, , each]) => each.kind === fault.kind && (each.place ?? "before") === fault.place && (each.code ?? 0) === (fault.code ?? 0);
  const [label] = [...FAULTS, ...WHATSAPP_FAULTS].find(same) ?? [fault.kind];
  const [, target] = [...TARGETS, ...WHATSAPP_TARGETS].find(([method]) => method === fault.method) ?? ["", fault.method ?? "semua"];
  return `${label}: ${fault.left} × lagi, ${target}`;
}

function errorText(call) {
  if (SAME.test(call.error ?? "")) return "sudah begitu, tidak perlu diubah";
  if (call.error === "dropped") return "sambungan putus";
  const wait = /retry after (\d+)/.exec(call.error ?? "");
  if (wait) return `429: tunggu ${wait[1]} detik`;
  // The Cloud API writes its code in front of the sentence.
  return `${call.code}: ${(call.error ?? "").replace(/^\(#\d+\) /, "")}`;
}
