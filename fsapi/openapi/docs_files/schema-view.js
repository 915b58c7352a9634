// Show a schema as a list of fields that open one level at a time.

import { element, lazyDetails, prose } from "./dom.js";
import { fieldsOf, isObject, limits, references, resolve, typeName, types, withoutNull } from "./schema.js";

/** Return a schema: its type, its limits, what it is for, and its parts. */
export function schemaView(root, schema) {
  const found = withoutNull(root, schema);
  return element("div", { className: "schema" },
    element("p", { className: "line" }, typeAndLimits(root, schema)), prose(found.description), parts(root, found));
}

/** Return the type of a value and what limits it. */
export function typeAndLimits(root, schema) {
  const found = withoutNull(root, schema);
  const isNamed = references(schema).length > 0 && !types(found).includes("object") && !found.allOf;
  const all = [...(isNamed ? [typeName(root, found)] : []), ...limits(root, schema)];
  const texts = all.map((text) => element("span", { className: "limit" }, text));
  return [element("span", { className: "type" }, typeName(root, schema)), ...texts];
}

// The rows of what a schema consists of.
function parts(root, schema) {
  const rows = rowsOf(root, schema).map(([name, part, required]) => row(root, name, part, required));
  const tag = schema.discriminator?.propertyName;
  return [
    ...(tag ? [element("p", { className: "line" }, "Told apart by ", element("code", {}, tag))] : []),
    ...(rows.length ? [element("ul", { className: "fields" }, rows)] : []),
  ];
}

function rowsOf(root, schema) {
  const others = isObject(schema.additionalProperties) ? [["any other key", schema.additionalProperties]] : [];
  const numbered = (key, text) => (schema[key] ?? []).map((part, place) => [`${text} ${place + 1}`, part]);
  const listed = (key, text) => unlessPlain(root, numbered(key, text));
  const single = (key, text) => unlessPlain(root, isObject(schema[key]) ? [[text, schema[key]]] : []);
  return [
    ...fieldsOf(root, schema),
    ...Object.entries(schema.patternProperties ?? {}).map(([pattern, part]) => [`keys like ${pattern}`, part]),
    ...single("propertyNames", "every key"),
    ...unlessPlain(root, others),
    ...listed("prefixItems", "item"),
    ...single("items", schema.prefixItems ? "any further item" : "each item"),
    ...listed("oneOf", "one of"),
    ...listed("anyOf", "any of"),
    ...(isObject(schema.not) ? [["not", schema.not]] : []),
  ];
}

// No rows if the name of the whole type has said everything about them.
function unlessPlain(root, rows) {
  const isPlain = (part) => {
    const found = withoutNull(root, part);
    return !references(part).length && !found.description && !limits(root, part).length && !rowsOf(root, found).length;
  };
  return rows.every(([, part]) => isPlain(part)) ? [] : rows;
}

function row(root, name, schema, required) {
  const found = withoutNull(root, schema);
  const head = [
    element("code", { className: "name" }, name), " ", typeAndLimits(root, schema),
    required && element("span", { className: "required" }, "required"),
    found.deprecated === true && element("span", { className: "deprecated" }, "deprecated"),
  ];
  const described = prose(resolve(root, schema)?.description ?? found.description);
  if (!rowsOf(root, found).length) return element("li", {}, element("div", { className: "line" }, head), described);
  return element("li", {}, lazyDetails(head, () => parts(root, found)), described);
}
