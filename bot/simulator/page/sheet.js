// The sheet of a list message: it rises over the phone and shows the rows; a press on one sends it.

import { element, iconButton } from "./dom.js";

// `pick` gets the id of the chosen row. The rest of the phone does not react while the sheet is open.
export function openSheet(root, title, sections, pick, opener) {
  root.querySelector(".sheet")?.close();
  const under = [...root.children];
  const sheet = element("div", { className: "sheet" });
  sheet.setAttribute("role", "dialog");
  sheet.setAttribute("aria-label", title);
  const close = () => {
    sheet.remove();
    for (const node of under) node.inert = false;
    (opener.isConnected ? opener : root.querySelector("textarea"))?.focus({ preventScroll: true });
  };
  sheet.close = close;
  const choose = (row) => { close(); pick(row); };
  const top = element("div", { className: "sheethead" }, iconButton("close", "Tutup daftar", close), element("h3", {}, title));
  sheet.append(element("div", { className: "paperlist" }, top, ...sections.flatMap((section) => rowsOf(section, choose))));
  sheet.onclick = (event) => { if (event.target === sheet) close(); };
  sheet.onkeydown = (event) => onKey(event, sheet, close);
  for (const node of under) node.inert = true;
  root.append(sheet);
  (sheet.querySelector(".listrow") ?? top.querySelector("button")).focus();
}

function rowsOf(section, choose) {
  const heading = section.title ? [element("h4", {}, section.title)] : [];
  return [...heading, ...section.rows.map((row) => {
    const text = element("span", {}, element("b", {}, row.title));
    if (row.description) text.append(element("small", {}, row.description));
    const ring = element("span", { className: "ring" });
    ring.setAttribute("aria-hidden", "true");
    const dataset = { rows: JSON.stringify([row.title]) };
    return element("button", { type: "button", className: "listrow", dataset, onclick: () => choose(row.id) }, text, ring);
  })];
}

function onKey(event, sheet, close) {
  const rows = [...sheet.querySelectorAll(".listrow")];
  const at = rows.indexOf(document.activeElement);
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key === "Escape") close();
  else if (event.key in goals) rows.at(goals[event.key] % rows.length)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
