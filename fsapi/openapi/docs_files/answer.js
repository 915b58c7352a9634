// Send a request, and show what comes back: status, time, headers and body.

import { element, lazyDetails } from "./dom.js";
import { prettyJson } from "./json.js";

const LONGEST = 200_000;

/** Send the request that `build` makes, and show its answer; `status` is a live region, `place` takes the rest. */
export async function sendAndShow(build, signal, status, place) {
  status.replaceChildren("Waiting for the answer …");
  place.replaceChildren();
  try {
    const request = build();
    place.append(lazyDetails("As a curl command", () => element("pre", {}, curl(request))));
    const { url, method, headers, body } = request;
    const started = performance.now();
    const response = await fetch(url, { method, headers, body, signal, cache: "no-store" });
    showHead(response, started, status, place);
    const content = await response.blob();
    const shown = await bodyOf(response, content);
    showStatus(response, started, status, sizeOf(content.size));
    place.append(...shown);
  } catch (error) {
    const text = error.name === "AbortError" ? "Cancelled." : `No answer: ${error.message}.`;
    status.replaceChildren(element("strong", { className: "failed" }, text));
  }
}

// What is known before the body has come, which may take long.
function showHead(response, started, status, place) {
  showStatus(response, started, status, "the body follows …");
  const rows = [...response.headers].map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  place.prepend(lazyDetails("Headers", () => element("dl", { className: "headers" }, rows)));
}

function showStatus(response, started, status, size) {
  const time = `${Math.round(performance.now() - started)} ms`;
  const facts = [...(response.redirected ? [`redirected to ${response.url}`] : []), time, size];
  const kind = `status s${String(response.status)[0]}`;
  const code = element("strong", { className: kind }, `${response.status} ${response.statusText}`.trim());
  status.replaceChildren(code, ` ${facts.join(" · ")}`);
}

async function bodyOf(response, content) {
  const type = response.headers.get("Content-Type") ?? "";
  if (!content.size) return [element("p", { className: "hint" }, "The answer has no body.")];
  if (/^image\//i.test(type)) return [image(content)];
  if (!/^text\/|json|xml|javascript|urlencoded/i.test(type)) return [download(content)];
  const text = await content.text();
  if (text.length > LONGEST) return [textView([text.slice(0, LONGEST), "\n…"]), download(content)];
  return [textView(/json/i.test(type) ? prettyJson(text) : [text])];
}

function textView(nodes) {
  return element("pre", { className: "answer", tabIndex: 0, role: "region", ariaLabel: "Body of the answer" }, nodes);
}

function image(content) {
  return element("img", { className: "answer", src: URL.createObjectURL(content), alt: "The answer" });
}

function download(content) {
  return element("p", {}, element("a", { href: URL.createObjectURL(content), download: "answer" }, "Save the body"));
}

function sizeOf(bytes) {
  return bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}

function curl({ url, method, headers, body }) {
  const given = [...headers].map(([name, value]) => ["-H", `${name}: ${value}`]);
  const options = [["-X", method], ...given, ...curlBody(body)].map(([name, value]) => `${name} ${quote(value)}`);
  return [`curl ${quote(String(url))}`, ...options].join(" \\\n  ");
}

function curlBody(body) {
  if (body instanceof FormData) {
    const parts = [...body].map(([name, value]) => `${name}=${value instanceof File ? `@${value.name}` : value}`);
    return parts.map((part) => ["-F", part]);
  }
  if (body instanceof File) return [["--data-binary", `@${body.name}`]];
  return body ? [["--data-raw", String(body)]] : [];
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
