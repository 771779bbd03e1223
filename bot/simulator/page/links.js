// The links that open a chat with the bot, each with its QR code.

import { element } from "./dom.js";
import { show } from "./dialogs.js";

// `linkOf` gives the address, the picture and the action of a link by its payload.
export function showLinks(page, linkOf) {
  const { links, open_to_others: open } = page.state;
  const cards = Object.entries(links).map(([payload, title]) => {
    const { address, picture: src, open: follow } = linkOf(payload);
    const picture = element("img", { src, alt: `Kode QR ke ${title}`, width: 168, height: 168 });
    const go = () => { dialog.close(); follow(); };
    const button = element("button", { type: "button", className: "primary", onclick: go }, "Buka tautan ini");
    return element("section", { className: "link" }, picture, element("h3", {}, title), element("code", {}, address), button);
  });
  const note = open
    ? "Pindai dengan ponsel di jaringan yang sama: halaman latihan terbuka pada percakapan ini."
    : "Kode ini membuka halaman latihan di komputer ini. Untuk ponsel, jalankan aduan demo --host 0.0.0.0.";
  const dialog = show("Tautan dan kode QR", [element("p", {}, note), element("div", { className: "links" }, ...cards)], undefined, "wide");
}
