// Elements without markup, so that no text can ever become one; words between components.

/** Make an element: h("p", { class: "mr-x", onclick: f, "--hue": 20 }, "text", child, …). */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  // Keys pressed on it are not a notebook's shortcuts; notebooks look for this at the element itself.
  if ("tabindex" in props || ["button", "input", "select"].includes(tag)) node.dataset.lmSuppressShortcuts = "true";
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** Three posters, fanned: the app's mark. */
function mark() {
  const svg = (tag, attributes, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const poster = (turn, tone) =>
    svg("rect", { x: 10, y: 5, width: 12, height: 18, rx: 2.5, class: tone, transform: `rotate(${turn} 16 30)` });
  const fan = svg(
    "svg",
    { viewBox: "0 0 32 28", width: 32, height: 28, "aria-hidden": "true", focusable: "false" },
    poster(-22, "mr-mark-1"),
    poster(22, "mr-mark-2"),
    poster(0, "mr-mark-3"),
  );
  return h("span", { class: "mr-mark" }, fan, h("span", { class: "mr-word" }, "movie", h("b", {}, "rec")));
}

const spinner = () => h("span", { class: "mr-spinner", "aria-hidden": "true" });

const arrow = () => h("span", { "aria-hidden": "true" }, "← ");

let ids = 0;
const uid = (name) => `mr-${name}-${(ids += 1)}-${Math.random().toString(36).slice(2, 8)}`;

/** Make el a part of the page: give it the class that all style hangs on. */
function settle(el, name) {
  el.classList.add("movierec", name);
}

// Components of one page hear each other: "wait" and "idle" for what is being asked, "say" for the notice.

const pageOf = (node) => node.closest(".movierec-page");

function tell(el, what, detail = {}) {
  el.dispatchEvent(new CustomEvent(`movierec:${what}`, { bubbles: true, detail }));
}

/** Call hearer(detail) when a component of el's page tells what; returns how to stop. */
function hear(el, what, hearer) {
  const listener = (event) => {
    if (pageOf(event.target) === pageOf(el)) hearer(event.detail);
  };
  document.addEventListener(`movierec:${what}`, listener);
  return () => document.removeEventListener(`movierec:${what}`, listener);
}

/**
 * Hear messages by their kind, the kernel's and those that answer() brings; returns how to stop. "failed" is told to the
 * page unless it is in hearers.
 */
function answers(model, el, hearers) {
  const listener = (message) => {
    if (Object.hasOwn(hearers, message.kind)) hearers[message.kind](message);
    else if (message.kind === "failed") {
      tell(el, "idle");
      tell(el, "say", { text: message.text, alert: true });
    }
  };
  const fromServer = ({ detail }) => listener(detail);
  model.on("msg:custom", listener);
  el.addEventListener("movierec:answer", fromServer);
  return () => {
    model.off("msg:custom", listener);
    el.removeEventListener("movierec:answer", fromServer);
  };
}

/** Bring el's hearers an answer that has not come from the kernel. */
const answer = (el, message) => el.dispatchEvent(new CustomEvent("movierec:answer", { detail: message }));

/** Call back once when nothing has come for so long that somebody should be told; cancel with the function returned. */
function patience(callback, ms = 12000) {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

const LOST = "The connection is lost. Reload the page.";

/** Send content to the kernel, the one way for all components. When it is out of reach, say so; returns whether it went. */
function send(model, el, content) {
  try {
    model.send(content);
    return true;
  } catch (error) {
    console.warn(error);
    tell(el, "idle");
    tell(el, "say", { text: LOST, alert: true, reload: true });
    return false;
  }
}

const reloader = () => h("button", { type: "button", class: "mr-reload", onclick: () => location.reload() }, "Reload");

const NO_ANSWER = "No answer yet. If this lasts, check your connection and reload the page.";

/** Say that no answer has come; a page around us that knows why says it better. */
const tellOfSilence = (el) => tell(el, "say", { text: NO_ANSWER, alert: true, silence: true });

/** Call back once el is in the page, which is after render(); returns how to stop. */
function whenShown(el, callback) {
  let frame = 0;
  const look = () => (el.isConnected ? callback() : (frame = requestAnimationFrame(look)));
  frame = requestAnimationFrame(look);
  return () => cancelAnimationFrame(frame);
}

/** Watch the visitor from now on; returns whether they are still there, with nothing typed. To be called once. */
function stays() {
  const at = document.activeElement;
  let typed = false;
  const note = () => (typed = true);
  document.addEventListener("input", note, { capture: true });
  return () => {
    document.removeEventListener("input", note, { capture: true });
    return !typed && [at, document.body].includes(document.activeElement);
  };
}

/** Whether the visitor is in the middle of a text: who asked for something and types on keeps the focus when it comes. */
const typing = () => {
  const at = document.activeElement;
  return at.isContentEditable || (at.matches("input, textarea") && at.value !== "");
};

/** Whether the page can give a text field the focus and no keyboard of a touch screen covers it. */
const fine = () => matchMedia("(pointer: fine)").matches;

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Scroll to the beginning of main, unless it is before the visitor's eyes. */
function bringBack(main) {
  const { top } = main.getBoundingClientRect();
  const covered = parseFloat(getComputedStyle(main).scrollMarginTop); // by the bar at the top
  if (top < covered || top > innerHeight / 2) main.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
}

/** Whether the page is all ours, as Voilà serves it: in a notebook the address and its history are the notebook's. */
const isAlone = () => document.body.dataset.voila === "voila";

const addressOfPage = () => `${location.pathname}${location.search}`;
