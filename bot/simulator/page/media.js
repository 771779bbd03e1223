// The media of a message: photos and albums, files, voice messages, places, contacts.

import { element, icon } from "./dom.js";
import { fileAddress } from "./server.js";
import { showPhotos } from "./dialogs.js";

export const NAMES = {
  photo: "Foto", document: "Berkas", video: "Video", voice: "Pesan suara", audio: "Audio",
  video_note: "Video bundar", sticker: "Stiker", location: "Lokasi", contact: "Kontak", poll: "Jajak pendapat",
};

export const kindOf = (message) => Object.keys(NAMES).find((kind) => message[kind]);

export function summary(message) {
  const kind = kindOf(message);
  const name = kind === "document" ? message.document.file_name ?? NAMES.document : NAMES[kind];
  const text = [name, message.text ?? message.caption].filter(Boolean).join(": ") || "Pesan";
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}

// All media of one unit: an album's photos in one grid, its other files in a list.
export function media(messages) {
  const photos = messages.filter((message) => message.photo);
  const nodes = messages.filter((message) => !message.photo).flatMap((message) => single(message));
  return photos.length ? [gallery(photos), ...nodes] : nodes;
}

function gallery(messages) {
  return pictures(messages.map((message, index) => {
    const { file_id: id, width, height } = message.photo.at(-1);
    return { source: fileAddress(id), alt: message.caption || `Foto ${index + 1}`, width, height };
  }));
}

// Pictures in a grid; a press shows one at full size.
export function pictures(shown) {
  const grid = element("div", { className: `gallery many${Math.min(shown.length, 4)}` });
  const sources = shown.map(({ source }) => source);
  grid.append(...shown.map(({ source, alt, ...size }, index) => {
    const picture = element("img", { src: source, alt, loading: "lazy", ...size });
    picture.onerror = () => picture.replaceWith(element("span", { className: "missing" }, "🖼️ Foto"));
    const show = () => showPhotos(sources, index);
    return element("button", { type: "button", className: "photo", label: `Lihat ${alt}`, onclick: show }, picture);
  }));
  return grid;
}

function single(message) {
  const nodes = [];
  for (const kind of ["document", "video", "video_note", "audio"]) if (message[kind]) nodes.push(attached(message[kind], kind));
  if (message.voice) nodes.push(voice(fileAddress(message.voice.file_id), message.voice.duration));
  if (message.sticker) nodes.push(element("div", { className: "sticker" }, message.sticker.emoji ?? "🙂"));
  if (message.venue) nodes.push(place(message.venue.location, `${message.venue.title}, ${message.venue.address}`));
  else if (message.location) nodes.push(place(message.location, message.location.live_period ? "Lokasi langsung" : "Lokasi"));
  if (message.contact) nodes.push(contact(message.contact.first_name, message.contact.phone_number));
  if (message.poll) nodes.push(element("div", {}, `📊 ${message.poll.question}`));
  return nodes;
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function attached(stored, kind) { return file(stored.file_name ?? NAMES[kind], stored.file_size, fileAddress(stored.file_id)); }

// A file to save; a PDF can be opened, too.
export function file(name, bytes, address) {
  const facts = [size(bytes), "unduh"].filter(Boolean).join(" · ");
  const text = element("span", {}, element("b", {}, name), element("small", {}, facts));
  const saved = element("a", { className: "file", href: address, download: name }, icon("file"), text);
  if (!name.toLowerCase().endsWith(".pdf")) return saved;
  const label = `Buka ${name} di tab baru`;
  const opened = element("a", { className: "open", href: `${address}${address.includes("?") ? "&" : "?"}open=1`, target: "_blank", rel: "noopener", label }, "Buka ↗");
  return element("div", { className: "paper" }, saved, opened);
}

export function voice(address, seconds = 0) {
  const player = element("audio", { controls: true, preload: "none", src: address });
  player.setAttribute("aria-label", seconds ? `Pesan suara, ${seconds} detik` : "Pesan suara");
  return element("div", { className: "voice" }, icon("mic"), player, element("small", {}, seconds ? `${seconds} dtk` : ""));
}

export function place(location, title) {
  const point = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  const map = element("div", { className: "map" }, icon("place"));
  map.setAttribute("aria-hidden", "true");
  return element("div", { className: "place" }, map, element("b", {}, title), element("small", {}, point));
}

export function contact(name, number) {
  const text = element("span", {}, element("b", {}, name), element("small", {}, number));
  return element("div", { className: "file" }, icon("person"), text);
}
