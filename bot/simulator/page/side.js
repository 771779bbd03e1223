// One side of the page: the open chat and the acting person. Citizens left, officers and their groups right.

import { element, iconButton } from "./dom.js";
import { ask } from "./dialogs.js";
import { showLinks } from "./links.js";
import { Pane } from "./pane.js";

export class Side {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.payload = "";
    this.unseen = new Set();
    this.pane = this.makePane(root);
    this.person = root.querySelector("select[name=person]");
    this.person.onchange = () => this.chosen();
  }

  makePane(root) { return new Pane(root, this); }

  get personId() { return Number(this.person.value); }

  // The groups of people to choose from: the name of a group, its people.
  choices() { return [["", this.people()]]; }

  draw() { options(this.person, this.choices(), this.page.unseen()); }

  chosen() { return this.open(); }

  async open() {
    this.draw();
    this.unseen.delete(this.chatId());
    this.page.drawSides();
    this.page.drawSwitch();
    await this.pane.show(this.chatId(), this.personId);
  }

  // A chat changed: the open one is read; another one is marked as unread when the bot has sent a new message.
  onChange({ chats, news }) {
    if (chats.includes(this.pane.chatId)) this.pane.refresh();
    for (const chat of news) if (this.mine(chat) && !this.isSeen(chat)) this.unseen.add(chat);
  }

  isSeen(chat) { return chat === this.pane.chatId; }

  focus() { (this.pane.composer.form.hidden ? this.root.querySelector(".banner button") : this.pane.composer.input)?.focus(); }
}

// A citizen's phone. Its chooser has the people of both messengers: it turns to the other phone for those.
export class PhoneSide extends Side {
  constructor(root, page) {
    super(root, page);
    this.both = iconButton("phones", "Tampilkan kedua ponsel", () => page.showBoth(), "both");
    root.querySelector(".extras").append(...this.buttons(), this.both);
  }

  choices() { return this.page.phones().map((side) => [side.messenger, side.people()]).filter(([, people]) => people.length); }
  chatId() { return this.personId; }
  mine(chat) { return this.people().some((person) => person.id === chat); }

  // At first, and after a choice for the other phone, the person of this phone is chosen.
  draw() {
    super.draw();
    if (!this.mine(this.personId)) this.person.value = this.mine(this.pane.personId) ? this.pane.personId : this.people()[0]?.id;
    this.both.setAttribute("aria-pressed", String(document.body.classList.contains("two")));
  }

  async chosen() {
    const { personId } = this;
    const side = this.page.phones().find((each) => each.mine(personId));
    await side.become(personId);
    if (side !== this) { this.draw(); side.person.focus(); }
  }

  async become(personId) {
    this.page.usePhone(this);
    this.person.value = personId;
    await this.open();
    this.page.drawer.draw();
  }

  // The open chat of a phone that is not used is seen only if both are visible.
  isSeen(chat) { return super.isSeen(chat) && (this === this.page.phone || this.root.checkVisibility()); }

  facts() { return this.people().find((person) => person.id === this.personId); }
}

export class CitizenSide extends PhoneSide {
  messenger = "Telegram";

  buttons() {
    return [
      iconButton("code", "Tautan dan kode QR", () => this.showLinks()),
      iconButton("add", "Warga baru", () => ask("Warga baru", "Nama", (name) => this.addCitizen(name)), "newcomer"),
      iconButton("block", "Blokir bot atau buka blokir", () => this.toggleBlock(), "blocking"),
    ];
  }

  people() { return this.page.state.people.filter((person) => !this.page.isOfficer(person.id)); }

  // What can happen to this phone, for the tools: label and action.
  events() {
    const person = this.facts();
    return person ? [[`${person.first_name} ${person.blocked ? "membuka blokir" : "memblokir bot"}`, () => this.toggleBlock()]] : [];
  }

  async addCitizen(name) {
    const person = await this.page.do("person", { first_name: name });
    await this.page.reload();
    if (person) await this.become(person.id);
    return person;
  }

  toggleBlock() { return this.page.do("block", { person: this.personId, blocked: !this.facts().blocked }); }

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
    this.pane.messages.follow();
    await this.page.do("open", { person: this.personId, link });
    await this.pane.refresh();
  }

  showLinks() {
    const { bot } = this.page.state;
    showLinks(this.page, (payload) => ({
      address: `t.me/${bot.username}?start=${payload}`, picture: `/practice/code/${payload}.svg`, open: () => this.openLink(payload),
    }));
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
function options(select, choices, unseen) {
  const wanted = choices.map(([group, people]) => [group, people.map((person) => [person.id, `${person.first_name}${unseen.has(person.id) ? " •" : ""}${person.blocked ? " (memblokir)" : ""}`])]);
  const mark = JSON.stringify(wanted);
  if (select.mark === mark) return;
  select.mark = mark;
  const before = select.value;
  select.replaceChildren(...wanted.flatMap(([group, people]) => {
    const nodes = people.map(([value, label]) => element("option", { value, textContent: label }));
    return wanted.length > 1 ? [labelled(group, nodes)] : nodes;
  }));
  if (wanted.some(([, people]) => people.some(([value]) => String(value) === before))) select.value = before;
}

function labelled(label, nodes) {
  const group = element("optgroup", {}, ...nodes);
  group.label = label;
  return group;
}
