// Read, write and show JSON; numbers keep their digits, also those beyond 2 ** 53.

import { element } from "./dom.js";

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Parse JSON, with large integers as BigInt where the browser tells how they were written. */
export function parseJson(text) {
  return JSON.parse(text, (key, value, context) => {
    const isLarge = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "");
    return isLarge ? BigInt(context.source) : value;
  });
}

/** Write a value that `parseJson` has returned. */
export function writeJson(value, indent) {
  return JSON.stringify(value, (key, part) => (typeof part === "bigint" ? JSON.rawJSON(String(part)) : part), indent);
}

/** Return the nodes of a JSON text; text that is not JSON is returned as it is. */
export function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return [text];
  }
  const tokens = text.match(TOKENS);
  let depth = 0;
  const line = (change = 0) => `\n${"  ".repeat((depth += change))}`;
  return tokens.flatMap((token, place) => {
    if (token === "{" || token === "[") return /[}\]]/.test(tokens[place + 1][0]) ? [token] : [token, line(1)];
    if (token === "}" || token === "]") return /^[{[]$/.test(tokens[place - 1]) ? [token] : [line(-1), token];
    if (token === ",") return [token, line()];
    if (token === ":") return [": "];
    return [element("span", { className: kindOf(token, tokens[place + 1]) }, token)];
  });
}

function kindOf(token, next) {
  if (token[0] === '"') return next === ":" ? "json-key" : "json-string";
  return /^[-\d]/.test(token) ? "json-number" : "json-word";
}
