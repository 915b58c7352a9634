// The form of an operation: its parameters and its body, made into a request when it is sent.

import { sendAndShow } from "./answer.js";
import { bodyEditor } from "./body.js";
import { element } from "./dom.js";
import { field } from "./fields.js";
import { resolve } from "./schema.js";

/** Return the form that sends a request, the place of its answer, and the schema of its body. */
export function requestForm(context, path, method, operation, shared) {
  const inputs = parameterInputs(context.root, shared, operation.parameters);
  const hasBody = operation.requestBody && method !== "get" && method !== "head"; // which fetch() does not send
  const body = hasBody ? bodyEditor(context.root, operation.requestBody) : null;
  const send = element("button", { type: "submit" }, "Send");
  const cancel = element("button", { type: "button", className: "plain", hidden: true }, "Cancel");
  const status = element("p", { role: "status" });
  const answer = element("div", { className: "answer" });
  const buttons = element("p", { className: "buttons" }, send, cancel);
  const form = element("form", {}, inputs.map(({ node }) => node), body?.node, buttons);
  const build = () => buildRequest(context, { path, method, operation }, inputs, body?.read() ?? null);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (cancel.hidden) run(build, cancel, status, answer);
  });
  return [form, status, answer, body?.about];
}

// Send a request; until it is answered it can be cancelled.
async function run(build, cancel, status, answer) {
  const controller = new AbortController();
  cancel.onclick = () => controller.abort();
  cancel.hidden = false;
  await sendAndShow(build, controller.signal, status, answer);
  cancel.hidden = true;
}

// A parameter of an operation replaces that of its path (OpenAPI 3.1, 4.8.10).
function parameterInputs(root, ...lists) {
  const all = lists.flatMap((list) => list ?? []).map((parameter) => resolve(root, parameter));
  const unique = new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  return [...unique.values()].map((parameter) => ({ parameter, ...parameterInput(root, parameter) }));
}

function parameterInput(root, parameter) {
  if (parameter.in === "cookie") {
    return { node: element("p", { className: "hint" }, `The browser sends its own cookie ${parameter.name}.`) };
  }
  const [media] = Object.values(parameter.content ?? {});
  const made = field(root, { ...parameter, schema: parameter.schema ?? media?.schema });
  made.input.required = parameter.in === "path";
  return made;
}

function buildRequest({ base, credentials }, { path, method, operation }, inputs, sent) {
  const given = (place) => inputs.filter(({ parameter }) => parameter.in === place);
  const filled = given("path").reduce(fillPath, path);
  const request = {
    url: new URL(`./${filled.replace(/^\/+/, "")}`, base),
    method: method.toUpperCase(),
    headers: new Headers(sent?.type ? { "Content-Type": sent.type } : {}),
    body: sent?.body,
  };
  for (const { parameter, read } of given("query")) addQuery(request.url.searchParams, parameter, read());
  for (const { parameter, read } of given("header")) {
    for (const value of read()) request.headers.append(parameter.name, value);
  }
  credentials.apply(operation, request);
  return request;
}

// Only the rest of a path keeps its slashes.
function fillPath(path, { parameter, read }) {
  const [value = ""] = read();
  const parts = parameter["x-rest"] ? value.split("/") : [value];
  return path.replaceAll(`{${parameter.name}}`, () => parts.map(encodeURIComponent).join("/"));
}

function addQuery(query, parameter, values) {
  const texts = parameter.explode === false && values.length ? [values.join(",")] : values;
  for (const text of texts) query.append(parameter.name, text);
}
