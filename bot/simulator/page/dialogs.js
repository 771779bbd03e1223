// Elements over the page: alerts, short notices, a photo at full size, questions, menus.

import { element, iconButton } from "./dom.js";

export function show(title, content, buttons = [["Tutup", () => {}]], className = "") {
  const dialog = element("dialog", { className });
  const form = element("form", { method: "dialog", className: "choices" });
  const heading = element("h2", {}, title);
  heading.id = `title${Date.now()}`;
  dialog.setAttribute("aria-labelledby", heading.id);
  form.append(...buttons.map(([label, does, style]) => {
    const button = element("button", { type: "submit", className: style ?? "" }, label);
    button.onclick = (event) => { event.preventDefault(); dialog.close(); does(); };
    return button;
  }));
  dialog.append(heading, ...content, form);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function alertText(title, text) {
  show(title, [element("p", {}, text)], [["OK", () => {}, "primary"]], "alert");
}

export function ask(title, label, does) {
  const input = element("input", { name: "answer", maxLength: 64, required: true, autocomplete: "off" });
  const field = element("label", { className: "field" }, label, input);
  const finish = () => input.value.trim() && does(input.value.trim());
  const dialog = show(title, [field], [["Simpan", finish, "primary"], ["Batal", () => {}]]);
  input.onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); dialog.close(); finish(); } };
  input.focus();
}

let fading = 0;

export function toast(text) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => node.classList.remove("shown"), 4500);
}

// Photos at full size, with the arrow keys through an album.
export function look(sources, first) {
  let index = first;
  const picture = element("img", { alt: "" });
  const count = element("span", {});
  count.setAttribute("aria-live", "polite");
  const save = element("a", { className: "button" }, "Unduh");
  const dialog = element("dialog", { className: "viewer", label: "Foto" });
  const turn = (step) => {
    index = (index + step + sources.length) % sources.length;
    picture.src = save.href = sources[index];
    picture.alt = `Foto ${index + 1} dari ${sources.length}`;
    count.textContent = `${index + 1}/${sources.length}`;
    save.download = `foto-${index + 1}`;
  };
  const bar = element("div", { className: "bar" }, count, save);
  if (sources.length > 1) {
    bar.append(element("button", { type: "button", onclick: () => turn(-1), label: "Foto sebelumnya" }, "‹"));
    bar.append(element("button", { type: "button", onclick: () => turn(1), label: "Foto berikutnya" }, "›"));
  }
  bar.append(iconButton("close", "Tutup", () => dialog.close()));
  dialog.append(bar, picture);
  dialog.onkeydown = (event) => {
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  };
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  turn(0);
  dialog.showModal();
}

// A menu over a button: arrows move, Escape and a click elsewhere close it.
export function menu(button, items) {
  const list = element("div", { className: "popup" });
  list.setAttribute("role", "menu");
  const close = (back = true) => {
    list.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) button.focus();
  };
  const outside = (event) => { if (!list.contains(event.target) && event.target !== button) close(false); };
  list.append(...items.map(([label, does]) => {
    const node = element("button", { type: "button", tabIndex: -1, onclick: () => { close(); does(); } }, label);
    node.setAttribute("role", "menuitem");
    return node;
  }));
  list.onkeydown = (event) => {
    const nodes = [...list.children];
    const at = nodes.indexOf(document.activeElement);
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key in goals) nodes.at(goals[event.key] % nodes.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  button.setAttribute("aria-expanded", "true");
  button.after(list);
  document.addEventListener("pointerdown", outside, true);
  list.firstChild.focus();
}
