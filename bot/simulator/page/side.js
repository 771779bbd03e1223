// One side of the page: the open chat and the acting person. Citizens left, officers and their groups right.

import { element, iconButton } from "./dom.js";
import { ask, show } from "./dialogs.js";
import { Pane } from "./pane.js";

class Side {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.payload = "";
    this.unseen = new Set();
    this.pane = new Pane(root, this);
    this.person = root.querySelector("select[name=person]");
    this.person.onchange = () => this.open();
  }

  get personId() { return Number(this.person.value); }

  draw() {
    options(this.person, this.people(), this.unseen);
  }

  async open() {
    this.draw();
    this.unseen.delete(this.chatId());
    this.draw();
    this.page.drawSwitch();
    await this.pane.show(this.chatId(), this.personId);
  }

  // A chat changed: the open one is read; another one is marked as unread when the bot has sent a new message.
  onChange({ chats, news }) {
    if (chats.includes(this.pane.chatId)) this.pane.refresh();
    for (const chat of news) if (this.mine(chat) && chat !== this.pane.chatId) this.unseen.add(chat);
    this.draw();
  }

  focus() { (this.pane.composer.form.hidden ? this.root.querySelector(".banner button") : this.pane.composer.input)?.focus(); }
}

export class CitizenSide extends Side {
  constructor(root, page) {
    super(root, page);
    root.querySelector(".extras").append(
      iconButton("code", "Tautan dan kode QR", () => this.showLinks()),
      iconButton("add", "Warga baru", () => ask("Warga baru", "Nama", (name) => this.addCitizen(name)), "newcomer"),
      iconButton("block", "Blokir bot atau buka blokir", () => this.toggleBlock(), "blocking"),
    );
  }

  people() { return this.page.state.people.filter((person) => !this.page.isOfficer(person.id)); }
  chatId() { return this.personId; }
  mine(chat) { return this.people().some((person) => person.id === chat); }

  async become(personId) {
    this.person.value = personId;
    await this.open();
  }

  async addCitizen(name) {
    const person = await this.page.do("person", { first_name: name });
    await this.page.reload();
    if (person) await this.become(person.id);
    return person;
  }

  toggleBlock() {
    const person = this.page.state.people.find((each) => each.id === this.personId);
    return this.page.do("block", { person: person.id, blocked: !person.blocked });
  }

  // A deep link opens the chat of a person who has not pressed Start ("Mulai") yet.
  async openLink(payload) {
    const newcomer = this.people().find((person) => !person.started) ?? this.people()[0];
    this.payload = payload;
    await this.become(newcomer.id);
    this.page.turn("citizen");
  }

  async useLink() {
    const { username } = this.page.state.bot;
    const link = `https://t.me/${username}?start=${this.payload}`;
    this.payload = "";
    this.pane.messages.following = true;
    await this.page.do("open", { person: this.personId, link });
    await this.pane.refresh();
  }

  showLinks() {
    const { links, bot, open_to_others: open } = this.page.state;
    const cards = Object.entries(links).map(([payload, title]) => {
      const picture = element("img", { src: `/practice/code/${payload}.svg`, alt: `Kode QR ke ${title}`, width: 168, height: 168 });
      const go = () => { dialog.close(); this.openLink(payload); };
      const button = element("button", { type: "button", className: "primary", onclick: go }, "Buka tautan ini");
      return element("section", { className: "link" }, picture, element("h3", {}, title), element("code", {}, `t.me/${bot.username}?start=${payload}`), button);
    });
    const note = open
      ? "Pindai dengan ponsel di jaringan yang sama: halaman latihan terbuka pada percakapan ini."
      : "Kode ini membuka halaman latihan di komputer ini. Untuk ponsel, jalankan aduan demo --host 0.0.0.0.";
    const dialog = show("Tautan dan kode QR", [element("p", {}, note), element("div", { className: "links" }, ...cards)], undefined, "wide");
  }
}

export class StaffSide extends Side {
  constructor(root, page) {
    super(root, page);
    this.group = 0;
    this.tabs = root.querySelector(".tabs");
  }

  groups() { return this.page.state.groups; }

  people() {
    const group = this.groups().find((each) => each.id === this.group);
    const { people } = this.page.state;
    return people.filter((person) => (group ? group.members.includes(person.id) : this.page.isOfficer(person.id)));
  }

  chatId() { return this.group || this.personId; }
  mine(chat) { return this.groups().some((group) => group.id === chat) || this.page.isOfficer(chat); }

  draw() {
    if (this.group && !this.groups().some((group) => group.id === this.group)) this.group = this.page.follow(this.group);
    super.draw();
    const tab = (id, title, full, unseen) => {
      const button = element("button", { type: "button", onclick: () => this.become(id, this.personId) }, title);
      button.title = full;
      button.setAttribute("aria-pressed", String(this.group === id));
      if (unseen) button.append(element("span", { className: "dot" }, element("span", { className: "hidden" }, "pesan baru")));
      return button;
    };
    const unread = (id) => this.unseen.has(id) && id !== this.pane.chatId;
    const privately = [...this.unseen].some((id) => id > 0 && id !== this.pane.chatId);
    const wanted = [...this.groups().map((group) => [group.id, group.title.replace(/ – Pengaduan/, ""), group.title, unread(group.id)]),
      [0, "Pribadi", "Percakapan pribadi petugas dengan bot", privately]];
    const mark = JSON.stringify([wanted, this.group]);
    if (mark === this.mark) return;
    const focused = [...this.tabs.children].indexOf(document.activeElement);
    this.tabs.replaceChildren(...wanted.map((each) => tab(...each)));
    this.tabs.children[focused]?.focus();
    this.mark = mark;
  }

  async become(group, personId) {
    this.group = group;
    this.draw();
    if (this.people().some((person) => person.id === personId)) this.person.value = personId;
    await this.open();
  }
}

// Drawn again only when it differs, so that an open select stays open.
function options(select, people, unseen) {
  const wanted = people.map((person) => [person.id, `${person.first_name}${unseen.has(person.id) ? " •" : ""}${person.blocked ? " (memblokir)" : ""}`]);
  const mark = JSON.stringify(wanted);
  if (select.mark === mark) return;
  select.mark = mark;
  const before = select.value;
  select.replaceChildren(...wanted.map(([value, label]) => element("option", { value, textContent: label })));
  if (wanted.some(([value]) => String(value) === before)) select.value = before;
}
