// The docs page: fetch the OpenAPI document, list its operations by tag, and open the one that the URL names.

import { credentials } from "./credentials.js";
import { element, labelled, link, prose } from "./dom.js";
import { parseJson } from "./json.js";
import { methodName, operationView } from "./operation.js";
import { resolve } from "./schema.js";

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
const OTHERS = "Other operations";

async function start() {
  const url = document.querySelector("link[rel=service-desc]").href;
  const main = document.querySelector("main");
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    show(parseJson(await response.text()), url, main);
  } catch (error) {
    main.replaceChildren(element("p", { role: "alert" }, `The document ${url} cannot be shown: ${error.message}`));
    throw error;
  }
}

function show(root, url, main) {
  const base = new URL(document.querySelector("meta[name=fsapi-root]").content, location.href);
  const context = { root, base, credentials: credentials(root) };
  const groups = groupByTag(root);
  about(root, url, base);
  const sections = [...groups].map(([tag, operations]) => section(context, tag, operations));
  main.replaceChildren(...sections);
  contents(context, groups);
  addEventListener("hashchange", openNamed);
  openNamed();
}

function about(root, url, base) {
  const info = root.info ?? {};
  document.title = info.title ?? "API";
  document.querySelector("#about").replaceChildren(
    element("h1", {}, info.title ?? "API", " ", element("small", {}, info.version ?? "")),
    ...prose(info.description),
    element("p", { className: "links" },
      element("a", { href: url }, `OpenAPI ${root.openapi ?? ""}`), " ", link(root.externalDocs?.url, "More documentation")),
    element("p", { className: "hint" }, "Requests go to ", element("code", {}, base.href)));
}

function section({ root, ...context }, tag, operations) {
  const { description } = (root.tags ?? []).find(({ name }) => name === tag) ?? {};
  const views = operations.map((one) => operationView({ root, ...context }, one));
  return element("section", {}, element("h2", {}, tag), prose(description), views);
}

function contents(context, groups) {
  const filter = element("input", { type: "search", autocomplete: "off" });
  const count = element("p", { role: "status", className: "hint" });
  const entries = [...groups.values()].flat();
  const lists = [...groups].map(([tag, operations]) =>
    element("div", { className: "group" }, element("h2", {}, tag), element("ul", {}, operations.map(entryLink))));
  filter.addEventListener("input", () => {
    const shown = new Set(entries.filter((entry) => matches(entry, filter.value)).map(({ id }) => id));
    hideOthers(shown);
    count.textContent = filter.value ? `${shown.size} of ${entries.length} operations` : "";
  });
  document.querySelector("#contents").replaceChildren(
    context.credentials.node, labelled("Find an operation", filter), count, ...lists);
}

function entryLink({ id, path, method, operation }) {
  const title = element("span", { title: operation.summary ?? "" }, path);
  const entry = element("a", { href: `#${encodeURIComponent(id)}` }, methodName(method), " ", title);
  return element("li", { "data-for": id }, entry);
}

function matches({ path, method, operation }, words) {
  const { summary, operationId, tags = [] } = operation;
  const text = [method, path, summary, operationId, ...tags].join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function hideOthers(shown) {
  for (const one of document.querySelectorAll("details.operation")) one.hidden = !shown.has(one.id);
  for (const one of document.querySelectorAll("[data-for]")) one.hidden = !shown.has(one.getAttribute("data-for"));
  for (const group of document.querySelectorAll("main > section, nav > .group")) {
    group.hidden = !group.querySelector("details.operation:not([hidden]), li:not([hidden])");
  }
}

// The operations by their first tag, in the order of the document's tags; those without one come last.
function groupByTag(root) {
  const groups = new Map((root.tags ?? []).map(({ name }) => [name, []]));
  groups.set(OTHERS, []);
  for (const one of operationsOf(root)) {
    const [tag = OTHERS] = one.operation.tags ?? [];
    groups.set(tag, [...(groups.get(tag) ?? []), one]);
  }
  return new Map([...groups].filter(([, operations]) => operations.length));
}

function operationsOf(root) {
  return Object.entries(root.paths ?? {}).flatMap(([path, given]) => {
    const item = resolve(root, given);
    return METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      const id = `op-${operation.operationId ?? `${method}${path}`}`;
      return { id, path, method, operation, shared: item.parameters };
    });
  });
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("details.operation")) {
    named.open = true;
    named.scrollIntoView();
    named.querySelector("summary").focus({ preventScroll: true });
  }
}

start();
