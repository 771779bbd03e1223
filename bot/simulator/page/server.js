// Talks to the practice server: reading, acting, and hearing of changes.

export async function read(path) {
  const response = await fetch(`/practice/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function act(action, fields) {
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

export function listen(onChats, onState) {
  const source = new EventSource("/practice/events");
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.onmessage = (event) => onChats(JSON.parse(event.data).chats);
}
