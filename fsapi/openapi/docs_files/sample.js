// Make a value that fits a schema, to start a request from.

import { isObject, references, resolve, types, withoutNull } from "./schema.js";

/** Return a sample. It ends where a schema refers to itself, and where it grows large. */
export function sample(root, schema) {
  return make({ root, budget: { left: 200 }, path: [] }, schema);
}

const FORMATS = {
  "date-time": "2026-01-31T12:00:00Z", date: "2026-01-31", time: "12:00:00Z", duration: "PT1H",
  uuid: "00000000-0000-4000-8000-000000000000", email: "ada@example.com", uri: "https://example.com",
  hostname: "example.com", ipv4: "192.0.2.1", ipv6: "2001:db8::1", byte: "", base64: "", decimal: "1.5",
};
const MAKERS = { object, array, string, integer: number, number, boolean: () => true };

function make(state, schema) {
  state.budget.left -= 1;
  if (state.budget.left < 0) return null;
  const found = withoutNull(state.root, schema);
  const [given] = ["example", "default", "const"].filter((key) => key in found);
  if (given) return found[given];
  const [listed] = [found.examples, found.enum].filter((values) => values?.length);
  if (listed) return listed[0];
  const inside = { ...state, path: [...state.path, ...references(schema)] };
  const options = found.oneOf ?? found.anyOf;
  if (options) return make(inside, options.find((option) => !repeats(inside, option)) ?? {});
  if (found.allOf) return all(found, inside);
  const [type] = types(found);
  return (MAKERS[type] ?? (() => null))(found, inside);
}

function all(schema, state) {
  const { allOf: parts, ...own } = schema;
  const made = [...parts, own].map((part) => make(state, part)).filter((part) => part !== null);
  return made.every(isObject) ? Object.assign({}, ...made) : made[0];
}

function object(schema, state) {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    if (resolve(state.root, part)?.readOnly === true) return [];
    if (!repeats(state, part)) return [[name, make(state, part)]];
    return required.has(name) ? [[name, null]] : [];
  });
  return Object.fromEntries(fields);
}

function array(schema, state) {
  const first = (schema.prefixItems ?? []).map((part) => (repeats(state, part) ? null : make(state, part)));
  if (first.length || !isObject(schema.items) || repeats(state, schema.items)) return first;
  return Array(Math.min(Math.max(1, schema.minItems ?? 1), 20)).fill(make(state, schema.items));
}

function string(schema) {
  const text = FORMATS[schema.format] ?? "string";
  const long = text.padEnd(Math.min(schema.minLength ?? 0, 1000), "x");
  return schema.format in FORMATS ? long : long.slice(0, schema.maxLength ?? long.length);
}

function number(schema) {
  const step = Number(schema.multipleOf ?? 1);
  const low = Number(schema.minimum ?? Number(schema.exclusiveMinimum) + step);
  const high = Number(schema.maximum ?? Number(schema.exclusiveMaximum) - step);
  return Math.ceil((low >= -Infinity ? low : Math.min(0, high || 0)) / step) * step;
}

// Whether the sample is already inside of a schema, or there is no room for it.
function repeats(state, schema) {
  const isFull = state.budget.left <= 0 || state.path.length > 5;
  return isFull || references(schema).some((reference) => state.path.includes(reference));
}
