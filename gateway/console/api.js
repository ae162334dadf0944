// The server, as functions. Failures are `Problem`s with a sentence and advice.

export class Problem extends Error {
  constructor(status, detail, advice = "", code = "") {
    super(detail);
    this.status = status;
    this.advice = advice;
    this.code = code;
  }
}

async function call(path, options = {}) {
  let answer;
  try {
    answer = await fetch("/api/v1" + path, options);
  } catch {
    throw new Problem(0, "The server can't be reached.", "Is it running? This page tries again by itself.");
  }
  const json = (answer.headers.get("Content-Type") || "").includes("json");
  const body = json ? await answer.json() : await answer.text();
  if (answer.ok) return body;
  if (json) throw new Problem(answer.status, body.detail || body.title, body.advice, body.code);
  throw new Problem(answer.status, `The server answered ${answer.status}.`);
}

const post = (path, body, headers = {}) =>
  call(path, {method: "POST", headers: {"Content-Type": "application/json", ...headers}, body: JSON.stringify(body)});

export const ask = (body, key) => post("/research", body, {"Idempotency-Key": key});
export const list = (after = "") => call("/research?limit=20" + (after ? "&after=" + encodeURIComponent(after) : ""));
export const research = (id) => call(`/research/${encodeURIComponent(id)}`);
export const cancel = (id) => call(`/research/${encodeURIComponent(id)}`, {method: "DELETE"});
export const report = (id) => call(`/research/${encodeURIComponent(id)}/report`, {headers: {Accept: "application/json"}});
export const documentText = (hash) => call(`/documents/${encodeURIComponent(hash)}`);
export const restart = (path) => post("/tree/restart", {path});
export const nodes = () => call("/nodes");
export const drain = (id) => post(`/nodes/${encodeURIComponent(id)}/drain`, {});
export const deadLetters = () => call("/dead-letters?limit=50");
export const requeue = (id) => post(`/dead-letters/${encodeURIComponent(id)}/requeue`, {});
export const discard = (id) => call(`/dead-letters/${encodeURIComponent(id)}`, {method: "DELETE"});
