// The page's runtime: what a page of anywidgets and boxes needs of a notebook's front end. In order: bytes, models,
// anywidgets, views, the way to the kernel, the banner, the start. It makes no markup and no style element, and no script
// but where an anywidget brings one as text.
const page = JSON.parse(document.getElementById("movierec-page")?.textContent ?? "{}");
const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 10_000;
const QUIET_MS = 20_000; // nothing was heard for so long: ask whether anybody is there
const ANSWER_MS = 8_000; // no answer for so long: nobody is
const BANNER_MS = 1_000; // a shorter gap is nobody's business
const RELOAD_MS = 20_000; // after so long visitors may want to try themselves
const DELIVERIES = 5; // a message that ends its connection so often (it may be too long) is given up
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// ------------------------------------------------------------------ bytes
// Not randomUUID(), which there is on https only.
const session = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
let count = 0;
const newId = () => `${session}_${(count += 1)}`;
const bytesOf = (value) =>
  ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  : value instanceof ArrayBuffer ? new Uint8Array(value) : null;
/** Make a message for the kernel: its id, and its bytes as v1.kernel.websocket.jupyter.org has them. */
function pack(msg_type, content, buffers = [], msg_id = newId()) {
  const header = { msg_id, msg_type, session, username: "", date: new Date().toISOString(), version: "5.3" };
  const texts = ["shell", ...[header, {}, {}, content].map((part) => JSON.stringify(part))];
  const parts = [...texts.map((text) => new TextEncoder().encode(text)), ...buffers.map(bytesOf)];
  const offsets = [8 * (parts.length + 2)];
  for (const part of parts) offsets.push(offsets.at(-1) + part.length);
  const bytes = new Uint8Array(offsets.at(-1));
  bytes.set(bytesOf(BigUint64Array.from([offsets.length, ...offsets], BigInt)));
  parts.forEach((part, index) => bytes.set(part, offsets[index]));
  return { id: msg_id, bytes };
}
/** Read a message of the kernel. Each buffer is a DataView of a copy, so that it begins at 0. */
function unpack(data) {
  const offsets = Array.from(new BigUint64Array(data, 8, Number(new BigUint64Array(data, 0, 1)[0])), Number);
  const [, ...parts] = offsets.slice(1).map((end, index) => data.slice(offsets[index], end));
  const [header, parent, , content] = parts.slice(0, 4).map((part) => JSON.parse(new TextDecoder().decode(part)));
  const buffers = parts.slice(4).map((part) => new DataView(part));
  return { type: header.msg_type, parent: parent.msg_id, content, buffers };
}
/** Put buffers into state, where they belong. */
function putBuffers(state, paths = [], buffers = []) {
  paths.forEach((path, index) => (path.slice(0, -1).reduce((at, key) => at[key], state)[path.at(-1)] = buffers[index]));
  return state;
}
/** Copy value without what is binary in it, which goes to buffers, and where it was to paths. */
function takeBuffers(value, paths, buffers, path = []) {
  const take = (part, key) => takeBuffers(part, paths, buffers, [...path, key]);
  if (bytesOf(value)) return void (paths.push(path), buffers.push(value)); // as JSON: left out, or null in a list
  if (Array.isArray(value)) return value.map(take);
  if (!value || typeof value !== "object" || value.toJSON) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, take(part, key)]));
}
/** Whether two values are the same in content. A binary one is its bytes: that is all of it that the kernel keeps. */
function same(a, b) {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left && right) return left.length === right.length && left.every((byte, index) => byte === right[index]);
  if (!a || !b || typeof a !== "object" || a.constructor !== b.constructor) return Object.is(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

// ------------------------------------------------------------------ models
const models = new Map();
const wanted = new Map(); // id -> the promise of a model that we were not told of yet
class Model extends EventTarget {
  #ending = new AbortController();
  #unsaved = new Set();
  echoes = new Map(); // name -> the update of ours whose echo is the next that counts
  signal = this.#ending.signal; // the kernel has closed the model
  constructor(id, state) { Object.assign(super(), { id, state }); }
  toJSON() { return `IPY_MODEL_${this.id}`; }
  get(name) { return this.state[name]; }
  set(name, value) { this.#change(typeof name === "object" ? name : { [name]: value }, this.#unsaved); }
  save_changes() {
    if (this.signal.aborted || !this.#unsaved.size) return;
    const [names, buffer_paths, buffers] = [[...this.#unsaved], [], []];
    const state = takeBuffers(Object.fromEntries(names.map((name) => [name, this.state[name]])), buffer_paths, buffers);
    const id = post(this.id, { method: "update", state, buffer_paths }, buffers);
    this.#unsaved.clear();
    names.forEach((name) => this.echoes.set(name, id));
  }
  send(content, _callbacks, buffers) { if (!this.signal.aborted) post(this.id, { method: "custom", content }, buffers); }
  on(name, listener, signal = this.signal) { this.addEventListener(name, ({ detail }) => listener(...detail), { signal }); }
  /** Call listener with a value now and whenever it changes. */
  follow(name, listener, signal) {
    this.on(`change:${name}`, () => listener(this.get(name)), signal);
    listener(this.get(name));
  }
  /** Take a message of the kernel, as soon as the widget's script is there to hear it. */
  async take({ method, state, content }, buffers, parent) {
    await this.binding?.settled;
    if (method === "custom") this.#fire("msg:custom", content, buffers);
    for (const name of method === "echo_update" ? Object.keys(state) : []) {
      // The echo of an older update would put back what the visitor has changed since.
      const ours = this.echoes.get(name);
      if (ours === parent) this.echoes.delete(name);
      if ((ours && ours !== parent) || this.#unsaved.has(name)) delete state[name];
    }
    if (state) this.#change(state);
  }
  close() { models.delete(this.id); this.#ending.abort(); }
  #change(values, unsaved) {
    const changed = Object.entries(values).filter(([name, value]) => !same(this.state[name], value));
    Object.assign(this.state, Object.fromEntries(changed));
    changed.forEach(([name]) => unsaved?.add(name));
    changed.forEach(([name, value]) => this.#fire(`change:${name}`, this, value));
    if (changed.length) this.#fire("change", this);
  }
  #fire(name, ...detail) { this.dispatchEvent(new CustomEvent(name, { detail })); } // who throws does not stop the others
}
function open(id, state) {
  const model = new Model(id, state);
  models.set(id, model);
  if (state._model_name === "AnyModel") bind(model);
  wanted.get(id)?.resolve(model);
  wanted.delete(id);
}
/** Promise the model; one that we were not told of is asked for. */
async function known(id) {
  if (models.has(id)) return models.get(id);
  if (!wanted.has(id)) wanted.set(id, Promise.withResolvers()) && ready && requestState(id);
  return wanted.get(id).promise;
}

// ------------------------------------------------------------------ anywidgets
const isAddress = (text) => /^(https?:\/\/|\/(?![/*]))\S*$/.test(text);
const sheets = new Map();
/** Bring a style into the page: an address once, a text once for each class of widgets. */
function dress(css, name) {
  if (!isAddress(css)) {
    if (!sheets.has(name)) document.adoptedStyleSheets.push(sheets.set(name, new CSSStyleSheet()).get(name));
    return sheets.get(name).replaceSync(css);
  }
  const link = make("link", { rel: "stylesheet", href: css });
  const there = [...document.querySelectorAll("link[rel=stylesheet]")].some(({ href }) => href === link.href);
  return there || document.head.append(link);
}
/** Do what a widget returned for its end when that comes, or now if it has come already. */
function atEnd(signal, clean) {
  const run = async () => typeof clean === "function" && clean();
  const safely = () => run().catch((error) => console.warn(error));
  return signal.aborted ? safely() : signal.addEventListener("abort", safely);
}
/** Load a model's script and initialise it: once, for all its views. */
function bind(model) {
  const load = async (esm) => {
    const blob = isAddress(esm) ? null : URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const { default: made } = await import(blob ?? esm).finally(() => blob && URL.revokeObjectURL(blob));
    const widget = typeof made === "function" ? await made() : made;
    const exports = await widget.initialize?.(face(model, model.signal));
    atEnd(model.signal, exports);
    return { widget, exports: typeof exports === "object" ? exports : undefined };
  };
  const loaded = load(model.get("_esm"));
  model.binding = { loaded, settled: loaded.catch(() => {}) };
  model.follow("_css", (css) => css && dress(css, model.get("_anywidget_id")));
}
/** What a widget gets of a model. */
const face = (model, signal) => ({ model: modelFor(model, signal), signal, experimental: { invoke: invoke(model) } });
/** A model as a widget knows it; what the widget listens to ends with signal. */
function modelFor(model, signal) {
  const heard = new Set();
  const on = (name, listener, stop = new AbortController()) => {
    heard.add({ name, listener, stop });
    model.on(name, listener, AbortSignal.any([signal, stop.signal]));
  };
  const off = (names, listener) => (one) =>
    (!names || names.split(/\s+/).includes(one.name)) && (!listener || listener === one.listener) &&
    heard.delete(one) && one.stop.abort();
  return {
    ...Object.fromEntries(["get", "set", "save_changes", "send"].map((name) => [name, model[name].bind(model)])),
    on: (names, listener) => names.split(/\s+/).forEach((name) => on(name, listener)),
    off: (names, listener) => heard.forEach(off(names, listener)),
    widget_manager: { get_model: async (id) => modelFor(await known(id), signal) },
  };
}
/** Call a Python method that is marked with anywidget.experimental.command. */
const invoke = (model) => (name, msg, { buffers, signal = AbortSignal.timeout(3000) } = {}) =>
  new Promise((resolve, reject) => {
    const [id, over] = [newId(), new AbortController()];
    const hear = (answer, parts) => answer?.id === id && (over.abort(), resolve([answer.response, parts]));
    signal.throwIfAborted();
    signal.addEventListener("abort", () => (over.abort(), reject(signal.reason)), { signal: over.signal });
    model.on("msg:custom", hear, over.signal);
    model.send({ id, kind: "anywidget-command", name, msg }, undefined, buffers);
  });
/** How a widget reaches others, by the references that anywidget.WidgetTrait sends. */
const host = (signal) => ({
  getModel: async (ref) => modelFor(await known(ref.replace(/^anywidget:/, "")), signal),
  getWidget: async (ref) => {
    const model = await known(ref.replace(/^anywidget:/, ""));
    const { exports } = await model.binding.loaded;
    return { exports, render: ({ el, signal: until = signal }) => drawWidget(model, el, until) };
  },
});

// ------------------------------------------------------------------ views
const BOXES = { VBoxModel: "page-column", HBoxModel: "page-row", BoxModel: "page-row" };
/** Say in el's place why what should be there is not. */
const sorry = (el, text) => el.replaceChildren(make("p", { className: "page-sorry", textContent: text }));
/** Make a view of the model with this id, now or when it opens. It ends with until, with the model, or by end(). */
function viewOf(id, until) {
  const [el, ending] = [make("div"), new AbortController()];
  const view = { id, el, signal: AbortSignal.any([until, ending.signal]), end: () => ending.abort() };
  const fill = async (model) => {
    const signal = (view.signal = AbortSignal.any([view.signal, model.signal]));
    signal.addEventListener("abort", () => el.remove());
    let worn = [];
    const wear = (names) => {
      el.classList.remove(...worn);
      el.classList.add(...(worn = (names ?? []).flatMap((name) => name.split(/\s+/).filter(Boolean))));
    };
    try {
      model.follow("_dom_classes", wear, signal);
      await (model.binding ? drawWidget : drawBox)(model, el, signal);
    } catch (error) {
      console.error(error);
      sorry(el, "This part of the page does not work at the moment.");
    }
  };
  // At once, where that is possible; nobody waits for what may never be opened.
  view.drawn = models.has(id) ? fill(models.get(id)) : void known(id).then((model) => view.signal.aborted || fill(model));
  return view;
}
async function drawWidget(model, el, signal) {
  const { widget } = await model.binding.loaded;
  if (!signal.aborted) atEnd(signal, await widget.render?.({ ...face(model, signal), el, host: host(signal) }));
}
async function drawBox(model, el, signal) {
  const kind = model.get("_model_name");
  if (!(kind in BOXES)) return sorry(el, `This page cannot show a widget of the type ${kind?.replace(/Model$/, "")}.`);
  el.classList.add("page-box", BOXES[kind]);
  let views = [];
  const arrange = (children) => {
    const before = views.filter((view) => !view.signal.aborted);
    views = children.map((child) => {
      const stays = before.findIndex(({ id }) => child === `IPY_MODEL_${id}`);
      return stays < 0 ? viewOf(child.replace("IPY_MODEL_", ""), signal) : before.splice(stays, 1)[0];
    });
    before.forEach((view) => (view.end(), view.el.remove()));
    views.forEach(({ el: child }, index) => {
      // What has the focus would lose it by being moved, so the others make room for it.
      if (child.contains(document.activeElement)) while (el.children[index] !== child) el.append(el.children[index]);
      else if (el.children[index] !== child) el.insertBefore(child, el.children[index] ?? null);
    });
  };
  model.follow("children", arrange, signal);
  for (let old; old !== views; ) await Promise.all((old = views).map(({ drawn }) => drawn)); // and what has come meanwhile
}

// ------------------------------------------------------------------ the way to the kernel
// Nothing is lost and nothing comes twice. A message stays in letters until the kernel says that it has begun with it (a
// status that names it). When a connection comes back, the server first replays what the kernel said meanwhile. Then the
// kernel is asked something: it takes messages in order, so when it is done with that, what is still in letters has not
// arrived, and goes again, before what is newer and with its old id, by which the kernel knows what it has had after all.
const kernelUrl = (rest = "") => new URL(`${page.base_url}api/kernels/${page.kernel_id}${rest}`, location);
const letters = []; // oldest first
let ready = false; // letters may go
let gone = false; // the kernel is, and only a reload helps
let question = {}; // what was asked when the socket opened, until it is answered
let expecting = false; // an answer, to anything
let failures = 0, socket, clock, retry;
/** Send a widget's message, now or when there is a connection; return its id. */
function post(comm_id, data, buffers) {
  if (gone) throw new Error("The kernel is gone. Reload the page.");
  const [content, copies] = [JSON.parse(JSON.stringify({ comm_id, data })), buffers?.map((part) => bytesOf(part).slice())];
  const letter = { id: newId(), content, copies, deliveries: 0 };
  letters.push(letter);
  if (ready) deliver(letter);
  return letter.id;
}
/** Packed each time, with a date of its own: the very same bytes Jupyter takes for a forgery, and drops. */
const deliver = (letter) => ((letter.deliveries += 1), transmit(pack("comm_msg", letter.content, letter.copies, letter.id)));
const transmit = ({ bytes }) => (socket.send(bytes), expecting || wait(true));
const requestState = (comm_id) => transmit(pack("comm_msg", { comm_id, data: { method: "request_state" } }));
const ping = () => transmit(pack("kernel_info_request", {}));
/** Start the clock of silence anew. */
function wait(forAnswer) {
  expecting = forAnswer;
  clearTimeout(clock);
  clock = setTimeout(() => (expecting ? lose() : document.hidden || ping()), expecting ? ANSWER_MS : QUIET_MS);
}
function connect() {
  hangUp();
  const url = kernelUrl(`/channels?session_id=${session}`);
  url.protocol = url.protocol.replace("http", "ws");
  const mine = (socket = new WebSocket(url, "v1.kernel.websocket.jupyter.org"));
  mine.binaryType = "arraybuffer";
  mine.onopen = () => {
    calm();
    question = { ...pack("comm_info_request", { target_name: "jupyter.widget" }), about: [...models.values()] };
    if (!letters.some((letter) => letter.deliveries)) flush(); // none can be on its way
    transmit(question);
  };
  mine.onmessage = ({ data }) => mine === socket && hear(unpack(data));
  mine.onclose = () => mine === socket && lose();
  wait(true);
}
function flush() {
  if (letters[0]?.deliveries >= DELIVERIES) console.error("A message was given up.", letters.shift().id);
  ready = true;
  letters.forEach(deliver);
}
function hear({ type, parent, content, buffers }) {
  const { comm_id, data, execution_state: state } = content;
  const answered = parent === question.id ? question : {};
  if (type === "status") {
    if (state === "dead" || state === "restarting") return giveUp();
    letters.splice(0, letters.findIndex(({ id }) => id === parent) + 1); // and so all before it have arrived
    if (state === "idle") answered.done = true;
  } else if (type === "comm_info_reply") answered.comms = content.comms;
  else if (type === "comm_close") models.get(comm_id)?.close();
  else if (type === "comm_open" || type === "comm_msg") {
    if (data.state) putBuffers(data.state, data.buffer_paths, buffers);
    if (models.has(comm_id)) models.get(comm_id).take(data, buffers, parent);
    else if (data.state?._model_name) open(comm_id, data.state);
  }
  if (answered.done && answered.comms) settle(answered);
  if (!gone) wait(Boolean(question.id) || letters.some((letter) => letter.deliveries));
}
/** The kernel is there and has had all that arrived: send the rest, and ask for what the page may have missed. */
function settle({ comms, about }) {
  question = {};
  failures = 0;
  const lives = ({ id }) => id in comms;
  // Without what the page shows, it is a kernel that was started anew.
  if (!about.filter(({ id, signal }) => page.roots.includes(id) && !signal.aborted).every(lives)) return giveUp();
  if (!ready) flush();
  for (const model of about) lives(model) ? model.echoes.clear() : model.close(); // echoes may have been said to nobody
  for (const id of [...models.keys(), ...wanted.keys()]) requestState(id);
}
/** End the connection and all that waits for it. */
function hangUp() {
  const old = socket;
  [socket, question, ready] = [null, {}, false];
  [clock, retry].forEach(clearTimeout);
  old?.close();
}
/** There is no connection: try again, soon at first, and ask by HTTP for what a socket does not say: is the kernel gone? */
async function lose() {
  hangUp();
  worry();
  const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++);
  retry = setTimeout(connect, delay * (0.7 + 0.3 * Math.random())); // not all pages at once
  const { status } = await fetch(kernelUrl(), { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => ({}));
  if (!gone && [401, 403, 404, 410].includes(status)) giveUp();
}
function giveUp() {
  gone = true;
  hangUp();
  calm();
  say("alert", "This page has to be loaded again.", true);
}
/** Now is a good moment: connect at once, or see whether the connection still holds. */
const hurry = () => gone || document.hidden || (socket ? ready && ping() : connect());
/** A page that is kept for the way back only hangs up; any other says goodbye, and its kernel can go. */
function leave({ persisted }) {
  hangUp();
  if (persisted) return gone || calm();
  navigator.sendBeacon(`${page.base_url}voila/api/shutdown/${page.kernel_id}`);
}

// ------------------------------------------------------------------ the banner
const banner = make("div", { className: "page-banner" });
const status = make("p", { role: "status" }); // always there: a screen reader reads out what comes into it
const worries = [];
const calm = () => (worries.splice(0).forEach(clearTimeout), say("status", ""));
function say(role, text, reload) {
  const said = Object.assign(role === "status" ? status : make("p", { role }), { textContent: text });
  const button = make("button", { type: "button", textContent: "Reload", onclick: () => location.reload() });
  banner.replaceChildren(said, ...(reload ? [button] : []));
}
function worry() {
  const later = (ms, reload) => setTimeout(say, ms, "status", "Connection lost. Trying again…", reload);
  if (!worries.length) worries.push(later(BANNER_MS), later(RELOAD_MS, true));
}

// ------------------------------------------------------------------ the start
async function start() {
  const decode = ({ data }) => new DataView(Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0)).buffer);
  for (const [id, { state, buffers = [] }] of Object.entries(page.states))
    open(id, putBuffers(state, buffers.map(({ path }) => path), buffers.map(decode)));
  const views = page.roots.map((id) => viewOf(id, new AbortController().signal));
  document.body.appendChild(banner).append(status);
  connect();
  addEventListener("online", hurry);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && hurry());
  document.addEventListener("visibilitychange", hurry);
  await Promise.all(views.map((view) => view.drawn)); // all in one go, or the page would jump
  document.getElementById("app").append(...views.map((view) => view.el));
  document.getElementById("loading")?.remove();
  // What comes later is fetched when there is nothing better to do.
  const links = (page.prefetch ?? []).map((href) => make("link", { rel: "modulepreload", href }));
  requestAnimationFrame(() => (window.requestIdleCallback ?? setTimeout)(() => document.head.append(...links)));
}
if (page.kernel_id) start();
