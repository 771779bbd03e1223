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
  const grid = element("div", { className: `gallery many${Math.min(messages.length, 4)}` });
  const sources = messages.map((message) => fileAddress(message.photo.at(-1).file_id));
  grid.append(...messages.map((message, index) => {
    const { width, height } = message.photo.at(-1);
    const alt = message.caption || `Foto ${index + 1}`;
    const picture = element("img", { src: sources[index], alt, loading: "lazy", width, height });
    picture.onerror = () => picture.replaceWith(element("span", { className: "missing" }, "🖼️ Foto"));
    const show = () => showPhotos(sources, index);
    return element("button", { type: "button", className: "photo", label: `Lihat ${alt}`, onclick: show }, picture);
  }));
  return grid;
}

function single(message) {
  const nodes = [];
  for (const kind of ["document", "video", "video_note", "audio"]) if (message[kind]) nodes.push(file(message[kind], kind));
  if (message.voice) nodes.push(voice(message.voice));
  if (message.sticker) nodes.push(element("div", { className: "sticker" }, message.sticker.emoji ?? "🙂"));
  if (message.venue) nodes.push(place(message.venue.location, `${message.venue.title}, ${message.venue.address}`));
  else if (message.location) nodes.push(place(message.location, message.location.live_period ? "Lokasi langsung" : "Lokasi"));
  if (message.contact) nodes.push(contact(message.contact));
  if (message.poll) nodes.push(element("div", {}, `📊 ${message.poll.question}`));
  return nodes;
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function file(stored, kind) {
  const name = stored.file_name ?? NAMES[kind];
  const facts = [size(stored.file_size), "unduh"].filter(Boolean).join(" · ");
  const text = element("span", {}, element("b", {}, name), element("small", {}, facts));
  const address = fileAddress(stored.file_id);
  const saved = element("a", { className: "file", href: address, download: name }, icon("file"), text);
  if (!name.toLowerCase().endsWith(".pdf")) return saved;
  const label = `Buka ${name} di tab baru`;
  const opened = element("a", { className: "open", href: `${address}?open=1`, target: "_blank", rel: "noopener", label }, "Buka ↗");
  return element("div", { className: "paper" }, saved, opened);
}

function voice(stored) {
  const player = element("audio", { controls: true, preload: "none", src: fileAddress(stored.file_id) });
  player.setAttribute("aria-label", `Pesan suara, ${stored.duration} detik`);
  return element("div", { className: "voice" }, icon("mic"), player, element("small", {}, `${stored.duration} dtk`));
}

function place(location, title) {
  const point = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  const map = element("div", { className: "map" }, icon("place"));
  map.setAttribute("aria-hidden", "true");
  return element("div", { className: "place" }, map, element("b", {}, title), element("small", {}, point));
}

function contact(person) {
  const text = element("span", {}, element("b", {}, person.first_name), element("small", {}, person.phone_number));
  return element("div", { className: "file" }, icon("person"), text);
}
