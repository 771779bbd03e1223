// The tools next to the chats: guide and samples, time, faults with the record of calls.

import { element } from "./dom.js";
import { Faults } from "./faults.js";
import { Timing } from "./timing.js";
import { Tour } from "./tour.js";

const OPEN = "aduan.tools";

export class Drawer {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.buttons = [...root.querySelectorAll("[role=tab]")];
    this.toggle = document.getElementById("toggle");
    this.panels = new Map(this.buttons.map((button) => [button.id, document.getElementById(button.getAttribute("aria-controls"))]));
    this.tour = new Tour(document.getElementById("panel-guide"), page);
    this.timing = new Timing(document.getElementById("panel-time"), page);
    this.faults = new Faults(document.getElementById("panel-faults"), page);
    this.toggle.onclick = () => (this.root.hidden ? this.focus() : this.close());
    root.querySelector(".shut").onclick = () => { this.close(); this.toggle.focus(); };
    for (const button of this.buttons) {
      button.onclick = () => this.choose(button);
      button.onkeydown = (event) => this.onKey(event);
    }
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") { this.close(); this.toggle.focus(); } });
    this.choose(this.buttons[0]);
  }

  // The guide is open at the first visit if the window is wide enough.
  begin() {
    const wanted = localStorage.getItem(OPEN) ?? "1";
    if (wanted === "1" && !this.covers()) this.open();
    this.draw();
  }

  // Whether the open drawer covers the chats.
  covers() { return window.matchMedia("(max-width: 75rem)").matches; }

  open() {
    this.root.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    if (!this.covers()) localStorage.setItem(OPEN, "1");
    this.faults.refreshLog();
    this.draw();
  }

  close() {
    this.root.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
    if (!this.covers()) localStorage.setItem(OPEN, "0");
    if (document.body.dataset.side === "tools") this.page.turn("citizen");
  }

  focus() {
    this.open();
    document.body.dataset.side = window.matchMedia("(max-width: 52rem)").matches ? "tools" : document.body.dataset.side;
    this.page.drawSwitch();
    this.buttons.find((button) => button.tabIndex === 0).focus();
  }

  choose(chosen) {
    for (const button of this.buttons) {
      const here = button === chosen;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
      this.panels.get(button.id).hidden = !here;
    }
    this.tour.draw();
    this.faults.refreshLog();
  }

  onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = this.buttons;
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    this.choose(next);
    next.focus();
  }

  draw() {
    this.tour.draw();
    this.timing.draw();
    this.faults.draw();
    const marks = { "tab-time": this.page.state.offset > 0, "tab-faults": this.page.state.faults.length > 0 };
    for (const button of this.buttons) {
      button.querySelector(".dot")?.remove();
      if (marks[button.id]) button.append(element("span", { className: "dot" }, element("span", { className: "hidden" }, "aktif")));
    }
  }

  refreshLog() { this.faults.refreshLog(); }
}
