// The list of a chat's messages: only changes are drawn again, and a list that is at its end stays there.

import { day, element, icon } from "./dom.js";

const NEAR = 90;
// A scroll within this time after a touch or wheel event is the user's.
const USER_SCROLL_MILLISECONDS = 700;

export class Messages {
  constructor(list, pane) {
    this.list = list;
    this.pane = pane;
    this.below = element("button", { type: "button", className: "below", hidden: true, label: "Ke pesan terbaru" }, icon("down"));
    this.below.onclick = () => { this.seen = this.tall(); this.toEnd(); };
    list.after(this.below);
    // At the end, the list stays at the end when heights change; scrolled up, it keeps its position.
    this.following = true;
    this.top = 0;
    this.touched = -Infinity;
    list.onscroll = () => this.scrolled();
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown", "focusin"]) {
      list.addEventListener(kind, () => { this.touched = performance.now(); }, { passive: true });
    }
    new ResizeObserver(() => { if (this.following) this.toEnd(); }).observe(list);
    list.onkeydown = (event) => this.onKey(event);
    list.addEventListener("focusin", (event) => this.choose(event.target.closest("article")));
    list.addEventListener("focusout", (event) => { if (!list.contains(event.relatedTarget)) this.choose(this.newest()); });
    this.clear();
  }

  clear() {
    this.units = new Map();
    this.whole = new Map();
    this.lastDay = "";
    this.chosen = null;
    // The last message taller than the list whose end was seen.
    this.seen = null;
    this.following = true;
    this.list.replaceChildren();
    this.below.hidden = true;
  }

  all() { return [...this.whole.values()]; }

  // Takes the changes since the last call; the first call takes all messages.
  take(chat) {
    const first = this.whole.size === 0;
    this.list.setAttribute("aria-busy", String(first));
    const changed = new Set();
    for (const id of chat.gone) this.remove(id);
    for (const message of chat.messages) changed.add(this.keep(message));
    for (const each of changed) this.draw(each);
    if (!this.list.contains(document.activeElement)) this.choose(this.newest());
    if (this.following) this.toEnd();
    else if (chat.messages.some((message) => !message.edit_date)) this.below.hidden = false;
    this.list.setAttribute("aria-busy", "false");
    return changed.size + chat.gone.length > 0;
  }

  keep(message) {
    const key = message.media_group_id ?? message.message_id;
    const known = this.units.get(key) ?? { key, messages: new Map(), node: null };
    this.units.set(key, known);
    const before = known.messages.get(message.message_id);
    if (before && title(before) !== title(message)) this.seen = null;
    known.messages.set(message.message_id, message);
    this.whole.set(message.message_id, message);
    return known;
  }

  remove(id) {
    const message = this.whole.get(id);
    if (!message) return;
    const known = this.units.get(message.media_group_id ?? id);
    this.whole.delete(id);
    known.messages.delete(id);
    if (known.messages.size) return this.draw(known);
    this.units.delete(known.key);
    return known.node?.remove();
  }

  draw(known) {
    const before = known.node;
    known.node = this.pane.unit([...known.messages.values()]);
    quiet(known.node, true);
    if (!before) {
      const date = day([...known.messages.values()][0].date);
      if (date !== this.lastDay) this.list.append(element("div", { className: "day" }, element("span", {}, date)));
      this.lastDay = date;
      this.list.append(known.node);
      return;
    }
    const focused = before.contains(document.activeElement) ? document.activeElement : null;
    before.replaceWith(known.node);
    if (this.chosen === before) this.choose(known.node);
    if (focused) refocus(known.node, focused);
  }

  newest() { return [...this.list.querySelectorAll("article")].at(-1) ?? null; }

  // One message at a time is in the Tab order, with its buttons; arrow keys move to the others.
  choose(node) {
    if (!node || node === this.chosen) return;
    if (this.chosen) { this.chosen.tabIndex = -1; quiet(this.chosen, true); }
    this.chosen = node;
    node.tabIndex = 0;
    quiet(node, false);
  }

  onKey(event) {
    const here = event.target.closest("article");
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    const articles = () => [...this.list.querySelectorAll("article")];
    let goal = null;
    if (event.key in steps) goal = articles()[articles().indexOf(here) + steps[event.key]];
    else if (event.key === "Home") [goal] = articles();
    else if (event.key === "End") goal = articles().at(-1);
    else if (event.target === here && event.key === "Enter") this.composerDoes("quote", here);
    else if (event.target === here && event.key === "e") this.composerDoes("correct", here);
    else return;
    event.preventDefault();
    goal?.focus();
  }

  composerDoes(what, node) {
    const message = this.whole.get(Number(node.dataset.id));
    if (!message || node.classList.contains("service")) return;
    if (what === "correct" && !this.pane.canCorrect(message)) return;
    this.pane.composer[what](message);
  }

  jump(id) {
    const message = this.whole.get(id);
    const node = message && this.units.get(message.media_group_id ?? id)?.node;
    if (!node) return;
    this.following = false;
    this.touched = performance.now();
    node.scrollIntoView({ block: "center" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
    node.focus();
  }

  // After an own message the list follows the answers: a scroll that their heights cause is not the user's, although
  // the user has just pressed something.
  follow() {
    this.following = true;
    this.touched = -Infinity;
  }

  scrolled() {
    const up = this.list.scrollTop < this.top - 2;
    this.top = this.list.scrollTop;
    const byUser = performance.now() - this.touched < USER_SCROLL_MILLISECONDS;
    // A thrown list moves on after the touch.
    if (byUser) this.touched = performance.now();
    if (this.atEnd()) { this.following = true; if (byUser) this.seen = this.tall() ?? this.seen; }
    else if (up && byUser) this.following = false;
    // Estimated heights move the list, too: such a scroll is not the user's.
    else if (this.following && !byUser) this.toEnd();
    if (this.following && this.atEnd()) this.below.hidden = true;
  }

  // The id of the newest message if it is taller than the list. It is shown from its beginning, until its end was
  // seen; the edit of a message whose end was seen, for example after a press, does not move the list.
  tall() {
    const newest = this.newest();
    return newest && newest.offsetHeight > this.list.clientHeight ? newest.dataset.id : null;
  }

  atEnd() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR; }

  // Heights of messages that were never visible are estimates until they are near, so this is called twice.
  toEnd() {
    const go = () => {
      const tall = this.tall();
      const fromTop = Boolean(tall) && tall !== this.seen;
      this.list.scrollTop = fromTop ? this.newest().offsetTop - this.list.offsetTop : this.list.scrollHeight;
      this.below.hidden = !fromTop;
    };
    this.following = true;
    go();
    requestAnimationFrame(() => { if (this.following) go(); requestAnimationFrame(() => { if (this.following) go(); }); });
  }
}

// An edit with another first line is another screen in the same message: it is shown from its beginning.
function title(message) { return (message.text ?? message.caption ?? "").split("\n")[0]; }

function quiet(node, still) {
  for (const each of node.querySelectorAll("button, a, audio, .spoiler, .expandable")) each.tabIndex = still ? -1 : 0;
}

function refocus(node, before) {
  const same = [...node.querySelectorAll("button")].find((each) => each.textContent === before.textContent && before.tagName === "BUTTON");
  (same ?? node).focus({ preventScroll: true });
}
