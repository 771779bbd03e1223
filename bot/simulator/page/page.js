// The practice page: who plays which side, and what belongs to neither chat alone.

import { Pane } from "./pane.js";
import { element } from "./rich.js";
import { act, listen, read } from "./server.js";

const START_LINK = /^(?:https?:\/\/)?t\.me\/(\w+)\?start=([\w-]*)$/;

class Page {
  constructor() {
    this.state = { people: [], groups: [], commands: {}, description: "" };
    this.citizen = new Pane(document.getElementById("citizen"), this);
    this.staff = new Pane(document.getElementById("staff"), this);
    this.person = document.querySelector("#citizen select[name=person]");
    this.group = document.querySelector("#staff select[name=group]");
    this.officer = document.querySelector("#staff select[name=person]");
    this.person.onchange = () => this.choosePerson();
    this.group.onchange = () => this.chooseGroup();
    this.officer.onchange = () => this.staff.show(this.group.value, this.officer.value);
    document.querySelector(".newcomer").onclick = () => this.bringPerson();
    document.querySelector(".blocking").onclick = () => this.toggleBlock();
    for (const button of document.querySelectorAll(".switch button")) button.onclick = () => this.turn(button.dataset.side);
  }

  async start() {
    await this.reload();
    await Promise.all([this.choosePerson(), this.chooseGroup()]);
    listen((chats) => this.changed(chats), (connected) => this.connection(connected));
  }

  async reload() {
    this.state = await read("state");
    const people = this.state.people.map((person) => [person.id, person.first_name]);
    options(this.person, people);
    options(this.group, this.state.groups.map((group) => [group.id, group.title]));
    this.drawOfficers();
  }

  drawOfficers() {
    const group = this.state.groups.find((each) => String(each.id) === this.group.value);
    const inside = this.state.people.filter((person) => group?.members.includes(person.id));
    options(this.officer, inside.map((person) => [person.id, person.first_name]));
  }

  async choosePerson() {
    const person = this.state.people.find((each) => String(each.id) === this.person.value);
    document.querySelector(".blocking").textContent = person?.blocked ? "Buka blokir" : "Blokir bot";
    await this.citizen.show(this.person.value, this.person.value);
  }

  async chooseGroup() {
    this.drawOfficers();
    await this.staff.show(this.group.value, this.officer.value);
  }

  async changed(chats) {
    const known = new Set([...this.state.people, ...this.state.groups].map((each) => each.id));
    if (chats.some((id) => !known.has(id))) {
      await this.reload();
      if (Number(this.group.value) !== this.staff.chatId) await this.chooseGroup();
    }
    for (const pane of [this.citizen, this.staff]) if (chats.includes(pane.chatId)) pane.refresh();
    for (const select of [this.person, this.group]) notice(select, chats);
  }

  connection(connected) {
    document.getElementById("connection").textContent = connected ? "" : "Terputus, menyambung kembali…";
    if (connected) { this.citizen.refresh(); this.staff.refresh(); }
  }

  turn(side) {
    document.querySelector(".panes").dataset.side = side;
    for (const button of document.querySelectorAll(".switch button")) {
      button.setAttribute("aria-pressed", String(button.dataset.side === side));
    }
  }

  async bringPerson() {
    const name = window.prompt("Nama warga baru");
    if (!name?.trim()) return;
    const person = await act("person", { first_name: name.trim() });
    await this.reload();
    this.person.value = person.id;
    await this.choosePerson();
  }

  async toggleBlock() {
    const person = this.state.people.find((each) => String(each.id) === this.person.value);
    if (!person) return;
    await act("block", { person: person.id, blocked: !person.blocked });
    await this.reload();
    await this.choosePerson();
  }

  async open(link, personId) {
    const found = START_LINK.exec(link);
    if (!found || found[1].toLowerCase() !== this.state.bot.username.toLowerCase()) {
      window.open(/^https?:/i.test(link) ? link : `https://${link}`, "_blank", "noopener");
      return;
    }
    await act("open", { person: personId, link });
    this.person.value = personId;
    await this.choosePerson();
    this.turn("citizen");
  }

  async answer(answer, personId) {
    if (answer.url) return this.open(answer.url, personId);
    if (!answer.text) return undefined;
    if (!answer.show_alert) return this.toast(answer.text);
    const dialog = document.getElementById("alert");
    dialog.querySelector("p").textContent = answer.text;
    return dialog.showModal();
  }

  async showCommands(pane) {
    await this.reload();
    const dialog = document.getElementById("menu");
    const scope = pane.chatId > 0 ? "all_private_chats" : "all_group_chats";
    dialog.querySelector("ul").replaceChildren(...this.state.commands[scope].map(({ command, description }) => {
      const does = () => { dialog.close(); pane.say(`/${command}`); };
      return element("li", {}, element("button", { type: "button", onclick: does }, `/${command} – ${description}`));
    }));
    dialog.showModal();
  }

  toast(text) {
    const toast = document.getElementById("toast");
    toast.textContent = text;
    toast.classList.add("shown");
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => toast.classList.remove("shown"), 4000);
  }
}

function options(select, choices) {
  const before = select.value;
  select.replaceChildren(...choices.map(([value, label]) => element("option", { value, textContent: label })));
  if (choices.some(([value]) => String(value) === before)) select.value = before;
}

function notice(select, chats) {
  for (const option of select.options) {
    const name = option.textContent.replace(/ •$/, "");
    const unseen = chats.includes(Number(option.value)) || option.textContent.endsWith(" •");
    option.textContent = unseen && !option.selected ? `${name} •` : name;
  }
}

new Page().start();
