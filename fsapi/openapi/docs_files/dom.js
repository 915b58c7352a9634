// Make elements. Strings become text nodes, so nothing of a document is ever read as HTML.

/** Return an element with properties or attributes, and children; null, undefined and false are none. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => (child ?? false) !== false));
  return made;
}

/** Return text as paragraphs, with what stands between backticks as code. */
export function prose(text) {
  const paragraphs = String(text ?? "").trim().split(/\n\s*\n/).filter(Boolean);
  return paragraphs.map((paragraph) => element("p", { className: "prose" }, inline(paragraph)));
}

/** Return `<details>` whose content is made when it is first opened: a schema may refer to itself without end. */
export function lazyDetails(summary, content, properties = {}) {
  const details = element("details", properties, element("summary", {}, summary));
  const fill = () => details.childElementCount > 1 || details.append(...[content()].flat(Infinity));
  details.addEventListener("toggle", () => details.open && fill());
  if (details.open) fill();
  return details;
}

/** Return a link, or false if the URL is not one of the web: it may be a script. */
export function link(url, text) {
  return /^https?:/i.test(url) && element("a", { href: url, rel: "noreferrer" }, text);
}

/** Return a label, its input, and a hint that the input is described by. */
export function labelled(label, input, hint = []) {
  input.id = `input-${(count += 1)}`;
  const described = element("div", { className: "hint", id: `${input.id}-hint` }, hint);
  if (described.hasChildNodes()) input.setAttribute("aria-describedby", described.id);
  return element("div", { className: "field" }, element("label", { htmlFor: input.id }, label), input, described);
}

let count = 0;

function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) => (/^`.+`$/s.test(part) ? element("code", {}, part.slice(1, -1)) : part));
}
