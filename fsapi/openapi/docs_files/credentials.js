// The credentials that requests are sent with. They are kept in the inputs of the page and nowhere else.

import { element, labelled, prose } from "./dom.js";
import { resolve } from "./schema.js";

const BEARER = "Bearer token";
const DEFAULT = {
  type: "http",
  scheme: "bearer",
  description: "Sent with every request. This page forgets it when you leave.",
};

/** Return the inputs of the security schemes, or of a bearer token if there are none, and how to apply them. */
export function credentials(root) {
  const declared = Object.entries(root.components?.securitySchemes ?? {});
  const schemes = declared.map(([name, scheme]) => inputs(name, resolve(root, scheme)));
  const all = schemes.length ? schemes : [inputs(BEARER, DEFAULT)];
  const forms = all.map((scheme) => element("form", { autocomplete: "off" }, scheme.nodes));
  const node = element("div", { className: "credentials" }, forms);
  node.addEventListener("submit", (event) => event.preventDefault());
  const applied = (names) => (schemes.length ? all.filter(({ name }) => names.has(name)) : all);
  const apply = (operation, request) => {
    applied(namesOf(root, operation)).forEach((scheme) => scheme.apply(request));
    addCsrfToken(request);
  };
  return { node, apply };
}

/** Return the security schemes of an operation, in words, or "" if it has none. */
export function requirement(root, operation) {
  const alternatives = operation.security ?? root.security ?? [];
  return alternatives.map((schemes) => Object.keys(schemes).join(" and ") || "nothing").join(", or ");
}

function namesOf(root, operation) {
  return new Set((operation.security ?? root.security ?? []).flatMap((schemes) => Object.keys(schemes)));
}

// The inputs of a scheme, and how it is applied to a request: not at all as long as they are empty.
function inputs(name, scheme) {
  if (scheme.type === "apiKey" && scheme.in === "cookie") {
    const hint = element("p", { className: "hint" }, element("code", {}, name), ": the browser sends its own cookie.");
    return { name, nodes: [hint], apply: () => {} };
  }
  return scheme.type === "http" && /^basic$/i.test(scheme.scheme) ? basicInputs(name, scheme) : keyInput(name, scheme);
}

function basicInputs(name, scheme) {
  const user = element("input", { type: "text", autocomplete: "off", spellcheck: false });
  const password = element("input", { type: "password", autocomplete: "off" });
  const nodes = [labelled(`${name}: user`, user), labelled(`${name}: password`, password, prose(scheme.description))];
  const apply = ({ headers }) => {
    const value = `${user.value}:${password.value}`;
    if (value !== ":") headers.set("Authorization", `Basic ${base64(value)}`);
  };
  return { name, nodes, apply };
}

function keyInput(name, scheme) {
  const input = element("input", { type: "password", autocomplete: "off" });
  const apply = ({ url, headers }) => {
    const value = input.value.trim();
    if (!value) return;
    if (scheme.type !== "apiKey") headers.set("Authorization", `Bearer ${value}`);
    else if (scheme.in === "query") url.searchParams.set(scheme.name, value);
    else headers.set(scheme.name, value);
  };
  return { name, nodes: [labelled(name, input, prose(scheme.description))], apply };
}

// Django wants this of requests that change something.
function addCsrfToken(request) {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if (token && changes) request.headers.set("X-CSRFToken", decodeURIComponent(token));
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
