// The inputs of a request: one for each parameter and for each field of a form.

import { element, labelled, prose } from "./dom.js";
import { writeJson } from "./json.js";
import { isFile, types, withoutNull } from "./schema.js";
import { sample } from "./sample.js";
import { typeAndLimits } from "./schema-view.js";

/**
 * Return the input of a value, and a function that reads it as texts or files. An empty one reads as none: it is
 * not sent.
 */
export function field(root, { name, schema = {}, required = false, description, example, deprecated }) {
  const found = withoutNull(root, schema);
  const input = isFile(root, schema) ? fileInput(found) : valueInput(found, required, example);
  const label = [
    element("code", { className: "name" }, name), " ", typeAndLimits(root, schema),
    required && element("span", { className: "required" }, "required"),
    deprecated === true && element("span", { className: "deprecated" }, "deprecated"),
  ];
  const hint = [...prose(description ?? found.description), isList(found) && input.type !== "file" && "One value a line."];
  return { name, input, node: labelled(label, input, hint), read: () => read(input, found) };
}

function fileInput(schema) {
  return element("input", { type: "file", multiple: isList(schema) });
}

function valueInput(schema, required, example) {
  const [type] = types(schema);
  const options = "const" in schema ? [schema.const] : schema.enum ?? (type === "boolean" ? [true, false] : null);
  if (options) return select(options, required, example);
  const value = example ?? (required ? firstOf(schema) : "");
  if (type === "object" || type === "array") {
    return element("textarea", { rows: 2, spellcheck: false, value: asLines(value) });
  }
  const inputMode = { integer: "numeric", number: "decimal" }[type] ?? "text";
  const placeholder = "default" in schema ? String(schema.default) : schema.format ?? "";
  return element("input", { type: "text", inputMode, placeholder, autocomplete: "off", value: asText(value) });
}

function select(options, required, example) {
  const choices = required ? options : ["", ...options];
  const texts = choices.map(asText);
  const option = (text) => element("option", { value: text, selected: text === example }, text || "–");
  return element("select", {}, texts.map(option));
}

// What a required input starts with: a number that is allowed, or an example.
function firstOf(schema) {
  const [type] = types(schema);
  const known = ["example", "examples", "default"].some((key) => key in schema);
  return known || type === "integer" || type === "number" || schema.format ? sample({}, schema) : "";
}

function read(input, schema) {
  if (input.type === "file") return [...input.files];
  if (isList(schema)) return input.value.split("\n").filter(Boolean);
  return input.value === "" ? [] : [input.value];
}

function isList(schema) {
  return types(schema)[0] === "array";
}

function asLines(value) {
  return Array.isArray(value) ? value.map(asText).join("\n") : asText(value);
}

function asText(value) {
  return typeof value === "string" ? value : writeJson(value);
}
