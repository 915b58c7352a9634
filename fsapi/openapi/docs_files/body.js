// The body of a request: JSON and other text in an editor, forms field by field, files as they are.

import { element, labelled, prose } from "./dom.js";
import { field } from "./fields.js";
import { writeJson } from "./json.js";
import { sample } from "./sample.js";
import { fieldsOf, isFile, resolve, withoutNull } from "./schema.js";
import { schemaView } from "./schema-view.js";

/**
 * Return the editor of a request body, its schema to be shown apart, and a function that reads it as
 * `{ type, body }`, or null for no body.
 */
export function bodyEditor(root, given) {
  const { content = {}, description, required } = resolve(root, given);
  const names = Object.keys(content);
  let current = editor(root, names[0], content[names[0]]);
  const place = element("div", {}, current.nodes);
  const about = element("div", {}, current.about);
  const choice = element("select", {}, names.map((name) => element("option", { value: name }, name)));
  choice.addEventListener("change", () => {
    current = editor(root, choice.value, content[choice.value]);
    place.replaceChildren(...current.nodes);
    about.replaceChildren(...current.about);
  });
  const mark = required === true && element("span", { className: "required" }, "required");
  const onlyType = element("p", {}, element("code", {}, names[0] ?? ""));
  const type = names.length > 1 ? labelled("Content type", choice) : onlyType;
  const node = element("fieldset", {}, element("legend", {}, "Body", mark), prose(description), type, place);
  return { node, about, read: () => current.read() };
}

// One content type: the nodes of its editor, what is said about it elsewhere, and how it is read.
function editor(root, type = "", media = {}) {
  const schema = media.schema ?? {};
  if (/^(multipart\/|application\/x-www-form-urlencoded)/i.test(type)) return formEditor(root, type, schema);
  if (isFile(root, schema) || /^(image|audio|video)\/|octet-stream/i.test(type)) return fileEditor(type);
  return textEditor(root, type, media);
}

function textEditor(root, type, media) {
  const isJson = /[/+]json\b/i.test(type);
  const value = isJson && media.schema ? writeJson(exampleOf(root, media), 2) : "";
  const rows = Math.min(Math.max(value.split("\n").length + 1, 4), 18);
  const input = element("textarea", { className: "code", spellcheck: false, rows, value });
  const about = media.schema ? [element("h4", {}, "Schema of the body"), schemaView(root, media.schema)] : [];
  const read = () => (input.value.trim() ? { type, body: input.value } : null);
  return { nodes: [labelled(isJson ? "JSON" : "Text", input)], about, read };
}

function exampleOf(root, media) {
  const [first] = Object.values(media.examples ?? {}).map((example) => resolve(root, example).value);
  return media.example ?? first ?? sample(root, media.schema);
}

function fileEditor(type) {
  const input = element("input", { type: "file" });
  const read = () => (input.files.length ? { type, body: input.files[0] } : null);
  return { nodes: [labelled("File", input)], about: [], read };
}

function formEditor(root, type, schema) {
  const fields = fieldsOf(root, withoutNull(root, schema)).map(([name, part, required]) =>
    field(root, { name, schema: part, required }));
  const isMultipart = type.startsWith("multipart/");
  const read = () => {
    const form = isMultipart ? new FormData() : new URLSearchParams();
    for (const { name, read: values } of fields) values().forEach((value) => form.append(name, value));
    return { type: isMultipart ? "" : type, body: form }; // the browser adds the boundary of a multipart form
  };
  return { nodes: fields.map(({ node }) => node), about: [], read };
}
