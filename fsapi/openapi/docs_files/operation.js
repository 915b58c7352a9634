// One operation: what it is for, the form that sends it, and its responses.

import { requirement } from "./credentials.js";
import { element, lazyDetails, prose } from "./dom.js";
import { requestForm } from "./request-form.js";
import { resolve } from "./schema.js";
import { schemaView } from "./schema-view.js";

/** Return an operation as a part of the page that opens; `context` has the document, the credentials and the base. */
export function operationView(context, { id, path, method, operation, shared }) {
  const summary = element("h3", {},
    methodName(method), " ", element("code", { className: "path" }, path), " ",
    element("span", { className: "summary" }, operation.summary ?? ""),
    operation.deprecated === true && element("span", { className: "deprecated" }, "deprecated"));
  const content = () => element("div", { className: "columns" },
    element("div", {}, about(context.root, operation), requestForm(context, path, method, operation, shared)),
    responses(context.root, operation.responses));
  return lazyDetails(summary, content, { className: "operation", id });
}

/** Return a method as a coloured label. */
export function methodName(method) {
  return element("span", { className: `method ${method}` }, method.toUpperCase());
}

function about(root, operation) {
  const needed = requirement(root, operation);
  return [...prose(operation.description), needed !== "" && element("p", { className: "needs" }, `Needs: ${needed}`)];
}

function responses(root, given) {
  const listed = Object.entries(given ?? {}).map(([status, response]) =>
    element("li", {}, responseView(root, status, resolve(root, response))));
  return element("section", {}, element("h4", {}, "Responses"), element("ul", { className: "responses" }, listed));
}

function responseView(root, status, { description, content }) {
  const head = [element("strong", { className: `status s${status[0]}` }, status), " ", description];
  const views = () => Object.entries(content).map(([type, { schema }]) =>
    [element("p", {}, element("code", {}, type)), schemaView(root, schema)]);
  const isEmpty = Object.keys(content ?? {}).length === 0;
  if (isEmpty) return element("div", { className: "line" }, head);
  return lazyDetails(head, views, { open: status.startsWith("2") });
}
