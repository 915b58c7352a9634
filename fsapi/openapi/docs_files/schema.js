// Read schemas of OpenAPI 3.1 (JSON Schema 2020-12): references, types in words, limits.

import { writeJson } from "./json.js";

/** Return a part of the document with its references followed; what stands beside a `$ref` wins. */
export function resolve(root, part) {
  let found = part;
  let beside = {};
  for (let hops = 0; typeof found?.$ref === "string"; hops += 1) {
    const { $ref: reference, ...rest } = found;
    beside = { ...rest, ...beside };
    found = hops < 50 ? lookUp(root, reference) : {};
  }
  return isObject(found) ? { ...found, ...beside } : found;
}

/** Return a schema resolved, and merged with its only alternative besides null, if it has just one. */
export function withoutNull(root, schema, depth = 0) {
  const found = resolve(root, schema);
  if (!isObject(found)) return {};
  const [kind] = ["anyOf", "oneOf"].filter((key) => Array.isArray(found[key]));
  const others = (found[kind] ?? []).filter((option) => resolve(root, option)?.type !== "null");
  if (others.length !== 1 || depth > 8) return found;
  const { [kind]: _, ...rest } = found;
  return { ...withoutNull(root, others[0], depth + 1), ...rest };
}

/** Return the reference that a schema is, alone or as the only alternative to null; a list of none or one. */
export function references(schema) {
  const options = (schema?.anyOf ?? schema?.oneOf ?? []).filter((option) => option?.type !== "null");
  return [schema, ...(options.length === 1 ? options : [])].map((part) => part?.$ref).filter(Boolean);
}

/** Return the types that a schema names or implies, without null. */
export function types(schema) {
  if (schema.type) return [schema.type].flat().filter((type) => type !== "null");
  if (schema.properties || schema.additionalProperties) return ["object"];
  return schema.items || schema.prefixItems ? ["array"] : [];
}

/** Return a type in words, such as `array of User | null`. References are names, so that this always ends. */
export function typeName(root, schema, depth = 0) {
  if (schema === false) return "nothing";
  if (!isObject(schema) || depth > 6) return "any";
  if (schema.$ref) return decode(schema.$ref.split("/").at(-1));
  const inner = (part) => typeName(root, part, depth + 1);
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return unique(options.map(inner)).join(" | ");
  if ("const" in schema) return writeJson(schema.const);
  if (schema.enum) return schema.enum.map((value) => writeJson(value)).join(" | ");
  if (schema.allOf) return schema.title ?? unique(schema.allOf.map(inner)).join(" & ");
  const names = types(schema).map((type) => nameOf(type, schema, inner));
  if (schema.nullable || [schema.type].flat().includes("null")) names.push("null");
  return names.join(" | ") || "any";
}

/** Return the fields of an object as `[name, schema, required]`, also of the schemas that it consists of (`allOf`). */
export function fieldsOf(root, schema, depth = 0) {
  const required = new Set(schema.required);
  const own = Object.entries(schema.properties ?? {}).map(([name, part]) => [name, part, required.has(name)]);
  const parts = depth < 4 ? schema.allOf ?? [] : [];
  return [...parts.flatMap((part) => fieldsOf(root, withoutNull(root, part), depth + 1)), ...own];
}

/** Return what limits a value, as short texts. */
export function limits(root, schema) {
  const found = withoutNull(root, schema);
  const [named] = [found.examples ?? found.example].flat();
  const values = Object.entries(LIMITS).filter(([key]) => key in found).map(([key, text]) => `${text} ${found[key]}`);
  const flags = Object.entries(FLAGS).filter(([key]) => found[key] === true).map(([, text]) => text);
  return [
    ...values,
    ...flags,
    ...("default" in found ? [`default ${writeJson(found.default)}`] : []),
    ...(named === undefined ? [] : [`for example ${writeJson(named)}`]),
    ...(found.additionalProperties === false || found.unevaluatedProperties === false ? ["no other fields"] : []),
  ];
}

/** Return whether a schema stands for a file in a form. */
export function isFile(root, schema) {
  const found = withoutNull(root, schema);
  const one = found.items ? withoutNull(root, found.items) : found;
  return one.format === "binary" || (one.contentMediaType !== undefined && one.contentEncoding === undefined);
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LIMITS = {
  minimum: "≥", exclusiveMinimum: ">", maximum: "≤", exclusiveMaximum: "<", multipleOf: "multiple of",
  minLength: "min. length", maxLength: "max. length", pattern: "pattern", minItems: "min. items",
  maxItems: "max. items", minProperties: "min. keys", maxProperties: "max. keys",
  contentEncoding: "encoded as", contentMediaType: "content",
};
const FLAGS = { uniqueItems: "unique items", readOnly: "read-only", writeOnly: "write-only" };

function nameOf(type, schema, inner) {
  if (type === "array" && schema.prefixItems) {
    const rest = schema.items === false || schema.items === undefined ? [] : [`…${inner(schema.items)}`];
    return `[${[...schema.prefixItems.map(inner), ...rest].join(", ")}]`;
  }
  if (type === "array") return schema.items === undefined ? "array" : `array of ${inner(schema.items)}`;
  if (type === "object") return schema.title ?? (isObject(schema.additionalProperties) && !schema.properties
    ? `object of ${inner(schema.additionalProperties)}` : "object");
  return schema.format ? `${type} (${schema.format})` : type;
}

function lookUp(root, reference) {
  if (!reference.startsWith("#/")) return { description: `See ${reference}.` };
  const keys = reference.slice(2).split("/").map(decode);
  return keys.reduce((part, key) => (part && Object.hasOwn(part, key) ? part[key] : undefined), root) ?? {};
}

// A part of a JSON pointer in a URL (RFC 6901, 6).
function decode(part) {
  try {
    return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return part;
  }
}

function unique(values) {
  return [...new Set(values)];
}
