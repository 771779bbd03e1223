// Requests to the practice server: reading, acting, and the stream of changes.

export const RETRY_MILLISECONDS = 1000;

export async function read(path) {
  const response = await fetch(`/practice/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function act(action, fields = {}) {
  const upload = fields instanceof FormData;
  const response = await fetch(`/practice/${action}`, {
    method: "POST",
    headers: upload ? {} : { "Content-Type": "application/json" },
    body: upload ? fields : JSON.stringify(fields),
  });
  const body = await response.json().catch(() => ({ error: `${response.status}` }));
  if (!body.ok) throw new Error(body.error);
  return body.result;
}

export const fileAddress = (fileId) => `/practice/file/${encodeURIComponent(fileId)}`;

export async function sampleFile(kind, number, name) {
  const response = await fetch(`/practice/sample/${kind}?number=${number}`);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}

// The browser reconnects after a lost connection; then missed changes are read.
export function listen(onNews, onState) {
  const source = new EventSource("/practice/events");
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.onmessage = (event) => onNews(JSON.parse(event.data));
}
