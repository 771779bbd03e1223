// The practice page: the citizens' phones, the officers' side, the tools, and their common state.

import { Drawer } from "./drawer.js";
import { moment } from "./dom.js";
import { toast } from "./dialogs.js";
import { CitizenSide, StaffSide } from "./side.js";
import { act, listen, read, RETRY_MILLISECONDS } from "./server.js";
import { WhatsAppSide } from "./whatsapp.js";

const START_LINK = /^(?:https?:\/\/)?t\.me\/(\w+)\?start=([\w-]*)$/i;
const PAYLOAD = /^[\w-]{1,64}$/;
// So wide that both phones and the officers' group are well visible next to the tools.
const ROOM_FOR_BOTH = "(min-width: 1700px)";
const NOTHING = {
  people: [], groups: [], commands: {}, description: "", links: {}, openings: {}, samples: [], faults: [], now: 0, offset: 0,
  whatsapp: { people: [], commands: [], prompts: [], name: "", number: "", modes: {} },
};

class Page {
  constructor() {
    this.state = NOTHING;
    this.loadedAt = 0;
    this.moved = new Map();
    this.news = { citizen: false, staff: false };
    this.citizen = new CitizenSide(document.getElementById("citizen"), this);
    this.whatsapp = new WhatsAppSide(document.getElementById("whatsapp"), this);
    this.staff = new StaffSide(document.getElementById("staff"), this);
    this.drawer = new Drawer(document.getElementById("tools"), this);
    this.switches = [...document.querySelectorAll(".switch button")];
    for (const button of this.switches) button.onclick = () => this.turn(button.dataset.side, true);
    document.addEventListener("keydown", (event) => this.onKey(event));
    setInterval(() => this.tick(), 1000);
  }

  async start() {
    await this.reload();
    await Promise.all(this.phones().map((side) => side.open()));
    await this.staff.become(this.state.groups[0]?.id ?? 0, 0);
    const asked = new URLSearchParams(location.search);
    for (const [key, side] of [["start", this.citizen], ["lapor", this.whatsapp]]) {
      if (PAYLOAD.test(asked.get(key) ?? "")) await side.openLink(asked.get(key));
    }
    if (location.search) history.replaceState(null, "", "/");
    this.drawer.begin();
    listen((change) => this.onChange(change), (connected) => this.connection(connected));
  }

  // Business time now, in Unix seconds.
  get now() { return this.state.now + (performance.now() - this.loadedAt) / 1000; }

  phones() { return [this.citizen, this.whatsapp]; }
  sides() { return [...this.phones(), this.staff]; }
  // The citizen's phone that is used.
  get phone() { return document.body.dataset.phone === "whatsapp" ? this.whatsapp : this.citizen; }
  unseen() { return new Set(this.phones().flatMap((side) => [...side.unseen])); }

  usePhone(side) {
    document.body.dataset.phone = side.root.id === "whatsapp" ? "whatsapp" : "telegram";
    if (side === this.whatsapp && window.matchMedia(ROOM_FOR_BOTH).matches) document.body.classList.add("two");
    this.drawSides();
  }

  showBoth() {
    document.body.classList.toggle("two");
    for (const side of this.phones()) {
      if (side.root.checkVisibility()) side.unseen.delete(side.pane.chatId);
      side.pane.refresh();
    }
    this.drawSides();
  }

  // What is new on one phone is marked in the choosers of both.
  drawSides() { for (const side of this.sides()) side.draw(); }

  isOfficer(id) { return this.state.groups.some((group) => group.members.includes(id)); }

  async reload() {
    const state = await read("state").catch(() => null);
    if (!state) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.reload(), RETRY_MILLISECONDS);
      return;
    }
    if (this.state.epoch && this.state.epoch !== state.epoch) { location.reload(); return; }
    this.followMoves(state);
    const menu = JSON.stringify(menus(this.state));
    this.state = state;
    this.loadedAt = performance.now();
    this.drawSides();
    this.drawer.draw();
    if (menu !== JSON.stringify(menus(state))) for (const side of this.sides()) side.pane.composer.menuChanged();
    this.tick();
  }

  // A group that became a supergroup keeps its place in the list under another id.
  followMoves(state) {
    this.state.groups.forEach((group, index) => {
      const now = state.groups[index];
      if (now && now.id !== group.id && now.title === group.title) this.moved.set(group.id, now.id);
    });
  }

  follow(id) { return this.moved.get(id) ?? this.state.groups[0]?.id ?? 0; }

  async onChange(change) {
    const { people, groups, whatsapp } = this.state;
    const known = new Set([...people, ...groups, ...whatsapp.people].map((each) => each.id));
    if (change.state || change.chats.some((id) => !known.has(id))) {
      await this.reload();
      if (this.staff.pane.chatId !== this.staff.chatId()) await this.staff.open();
      this.refresh();
    }
    for (const side of this.sides()) side.onChange(change);
    this.drawSides();
    for (const [name, side] of [["citizen", this.phone], ["staff", this.staff]]) {
      // On a narrow screen the open chat of the other side is not seen either.
      if (change.news.includes(side.pane.chatId) && !side.root.checkVisibility()) this.news[name] = true;
    }
    if (change.calls || change.whatsapp) this.drawer.refreshLog();
    this.drawSwitch();
  }

  async connection(connected) {
    document.getElementById("connection").textContent = connected ? "" : "Terputus, menyambung kembali…";
    if (!connected) return;
    await this.reload();
    this.refresh();
    this.drawer.refreshLog();
  }

  refresh() { for (const side of this.sides()) side.pane.refresh(); }

  tick() {
    const text = moment(this.now);
    const clock = document.getElementById("clock");
    if (this.state.now && clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("moved", this.state.offset > 0);
    this.whatsapp.drawWindow();
  }

  turn(side, byUser = false) {
    document.body.dataset.side = side;
    this.news[side] = false;
    if (side === "tools") this.drawer.open();
    else if (this.drawer.covers()) this.drawer.close();
    // What is on a WhatsApp phone is read when it is seen.
    if (side === "citizen") this.phone.pane.refresh();
    this.drawSwitch();
    if (byUser && side !== "tools") this.refocus(side);
  }

  refocus(side) { (side === "staff" ? this.staff : this.phone).focus(); }

  drawSwitch() {
    const here = document.body.dataset.side;
    for (const button of this.switches) {
      const { side } = button.dataset;
      button.setAttribute("aria-pressed", String(side === here));
      const unseen = side === "citizen" ? this.unseen() : this[side]?.unseen;
      const unread = Boolean(this.news[side] || unseen?.size);
      button.classList.toggle("unread", unread);
      button.setAttribute("aria-description", unread ? "pesan baru" : "");
    }
  }

  onKey(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const sides = { w: "citizen", p: "staff", t: "tools" };
    const side = sides[event.key.toLowerCase()];
    if (!side) return;
    event.preventDefault();
    if (side === "tools") this.drawer.focus();
    else this.turn(side, true);
  }

  async do(action, fields = {}) {
    try {
      return await act(action, fields);
    } catch (error) {
      toast(error.message);
      return null;
    }
  }

  openLink(link, personId) {
    const found = START_LINK.exec(link);
    if (!found || found[1].toLowerCase() !== this.state.bot.username.toLowerCase()) return false;
    this.followLink(link, personId);
    return true;
  }

  async followLink(link, personId) {
    await this.do("open", { person: personId, link });
    if (!this.isOfficer(personId)) { await this.citizen.become(personId); this.turn("citizen"); return; }
    await this.staff.become(0, personId);
    this.turn("staff");
  }
}

function menus({ commands, whatsapp }) { return [commands, whatsapp.commands]; }

const page = new Page();
page.start().catch((error) => { toast(`Halaman tidak dapat dimuat: ${error.message}`); });
