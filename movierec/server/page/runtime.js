// The page's runtime: all that a page of anywidgets and boxes needs of a notebook's front end.
// In order: messages and their bytes, models, views, the way to the kernel, the banner, the start.
// Nothing here makes markup, scripts or styles out of text, but for an anywidget that brings its script as text.

const page = JSON.parse(document.getElementById("movierec-page")?.textContent ?? "{}");

const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 10_000;
const QUIET_MS = 20_000; // nothing was heard for so long: ask whether anybody is there
const ANSWER_MS = 8_000; // no answer for so long: nobody is
const BANNER_MS = 1_000; // shorter gaps are nobody's business
const RELOAD_MS = 20_000; // after so long a visitor may want to try themselves
const SHOW_MS = 4_000; // what is drawn by then is shown, though a part is still on its way
const DELIVERIES = 5; // a message that ends its connection so often (it may be too long) is given up

// ------------------------------------------------------------------ messages and their bytes

const encoder = new TextEncoder();
const decoder = new TextDecoder();
// Not randomUUID(), which there is on https only.
const session = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let messages = 0;

const bytesOf = (value) => {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
};

/** Make a message for the kernel: its id, and its bytes as v1.kernel.websocket.jupyter.org wants them. */
function pack(type, content, buffers = []) {
  const id = `${session}_${(messages += 1)}`;
  const header = { msg_id: id, msg_type: type, session, username: "", date: new Date().toISOString(), version: "5.3" };
  const texts = ["shell", ...[header, {}, {}, content].map((part) => JSON.stringify(part))];
  const parts = [...texts.map((text) => encoder.encode(text)), ...buffers.map(bytesOf)];
  let at = 8 * (parts.length + 2);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, at));
  const numbers = new DataView(bytes.buffer);
  numbers.setBigUint64(0, BigInt(parts.length + 1), true);
  parts.forEach((part, index) => {
    numbers.setBigUint64(8 * (index + 1), BigInt(at), true);
    bytes.set(part, at);
    at += part.length;
  });
  numbers.setBigUint64(8 * (parts.length + 1), BigInt(at), true);
  return { id, bytes };
}

/** Read a message from the kernel. Its buffers are copies, each a DataView from its own beginning. */
function unpack(data) {
  const numbers = new DataView(data);
  const offsets = Array.from({ length: Number(numbers.getBigUint64(0, true)) }, (_, index) =>
    Number(numbers.getBigUint64(8 * (index + 1), true)),
  );
  const [, header, parent, , content, ...buffers] = offsets.slice(1).map((end, index) => data.slice(offsets[index], end));
  const read = (part) => JSON.parse(decoder.decode(part));
  const { msg_type: type } = read(header);
  return { type, parent: read(parent).msg_id, content: read(content), buffers: buffers.map((part) => new DataView(part)) };
}

/** Put buffers where they belong in state. */
function putBuffers(state, paths = [], buffers = []) {
  paths.forEach((path, index) => {
    path.slice(0, -1).reduce((at, key) => at[key], state)[path.at(-1)] = buffers[index];
  });
  return state;
}

/** Copy value without its binary parts, which go to buffers, and where they were to paths. */
function takeBuffers(value, paths, buffers, path = []) {
  if (bytesOf(value)) {
    paths.push(path);
    buffers.push(value);
    return undefined; // JSON leaves it out of an object, and has null in its place in a list
  }
  const take = (part, key) => takeBuffers(part, paths, buffers, [...path, key]);
  if (Array.isArray(value)) return value.map(take);
  if (!value || typeof value !== "object" || value.toJSON) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, take(part, key)]));
}

/** Whether two values are the same in content. A DataView is how any binary value comes back from the kernel. */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (!a || !b || typeof a !== "object" || typeof b !== "object") return false;
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left && right && (a instanceof DataView || b instanceof DataView || a.constructor === b.constructor))
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  if (left || right || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

// ------------------------------------------------------------------ models

const models = new Map();
const wanted = new Map(); // id -> whom to tell when a model opens that was asked for before

class Model {
  #ending = new AbortController();
  #listeners = [];
  #unsaved = new Set();
  #echoes = new Map(); // name -> the update of ours whose echo is the next that counts
  #inbox = null; // what waits until the widget's script is there

  constructor(id, state) {
    this.id = id;
    this.state = state;
    this.signal = this.#ending.signal; // aborted when the kernel closes the model
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.#change(typeof name === "object" ? name : { [name]: value }, this.#unsaved);
  }
  save_changes() {
    if (this.signal.aborted || !this.#unsaved.size) return;
    const names = [...this.#unsaved];
    const [buffer_paths, buffers] = [[], []];
    const state = takeBuffers(Object.fromEntries(names.map((name) => [name, this.state[name]])), buffer_paths, buffers);
    const id = post(this.id, { method: "update", state, buffer_paths }, buffers);
    this.#unsaved.clear();
    for (const name of names) this.#echoes.set(name, id);
  }
  send(content, _callbacks, buffers) {
    if (!this.signal.aborted) post(this.id, { method: "custom", content }, buffers);
  }
  /** Listen until scope, a signal, is aborted. */
  on(names, listener, scope = this.signal) {
    this.#listeners = this.#listeners.filter((one) => !one.scope.aborted);
    for (const name of names.split(/\s+/)) this.#listeners.push({ name, listener, scope });
  }
  /** Stop what matches; null and undefined match all. */
  off(names, listener, scope) {
    const named = names?.split(/\s+/);
    this.#listeners = this.#listeners.filter(
      (one) => (named && !named.includes(one.name)) || (listener && one.listener !== listener) || (scope && one.scope !== scope),
    );
  }
  fire(name, ...values) {
    for (const one of this.#listeners.filter((each) => each.name === name && !each.scope.aborted)) {
      try {
        one.listener(...values);
      } catch (error) {
        reportError(error); // to the console; the other listeners have done nothing wrong
      }
    }
  }
  /** Take a message from the kernel, when the widget's script can hear it. */
  take(message) {
    if (this.#inbox) return void this.#inbox.push(message);
    const { method, state, content, buffer_paths } = message.content.data;
    if (method === "custom") this.fire("msg:custom", content, message.buffers);
    if (method !== "update" && method !== "echo_update") return;
    putBuffers(state, buffer_paths, message.buffers);
    for (const name of method === "echo_update" ? Object.keys(state) : []) {
      // An echo of an older update of ours would put the visitor back to where they were.
      const ours = this.#echoes.get(name);
      if (ours === message.parent) this.#echoes.delete(name);
      if ((ours && ours !== message.parent) || this.#unsaved.has(name)) delete state[name];
    }
    this.#change(state);
  }
  /** Let messages wait until ready is settled. */
  async hold(ready) {
    this.#inbox ??= [];
    await ready.catch(() => {});
    if (ready !== this.binding.ready) return; // the script has changed meanwhile
    const held = this.#inbox;
    this.#inbox = null;
    held.forEach((message) => this.take(message));
  }
  /** What was on its way when the connection broke may never have its echo. */
  forgetEchoes() {
    this.#echoes.clear();
  }
  close() {
    models.delete(this.id);
    this.#ending.abort();
  }
  toJSON() {
    return `IPY_MODEL_${this.id}`;
  }
  #change(values, unsaved) {
    const changed = Object.entries(values).filter(([name, value]) => !same(this.state[name], value));
    for (const [name, value] of changed) this.state[name] = value;
    for (const [name] of changed) unsaved?.add(name);
    for (const [name, value] of changed) this.fire(`change:${name}`, this, value);
    if (changed.length) this.fire("change", this);
  }
}

function open(id, state) {
  const model = new Model(id, state);
  models.set(id, model);
  if (kindOf(model) === "AnyModel") {
    for (const [name, follow] of [["_css", dress], ["_esm", bind]]) {
      model.on(`change:${name}`, () => follow(model));
      follow(model);
    }
  }
  wanted.get(id)?.resolve(model);
  wanted.delete(id);
}

/** Return a promise of the model; one that nobody has told us of is asked for. */
async function known(id) {
  if (models.has(id)) return models.get(id);
  if (!wanted.has(id)) {
    wanted.set(id, Promise.withResolvers());
    if (ready) requestState(id);
  }
  return wanted.get(id).promise;
}

// ------------------------------------------------------------------ anywidgets

const isAddress = (text) => /^(https?:\/\/|\/(?![/*]))\S*$/.test(text);
const sheets = new Map();

/** Bring a widget's style into the page: an address once for all widgets, a text once for each class. */
function dress(model) {
  const [css, name] = [model.get("_css"), model.get("_anywidget_id")];
  if (!css) return;
  if (isAddress(css)) {
    const { href } = new URL(css, location);
    if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href === href)) return;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
    return;
  }
  // Not a style element: the page's policy forbids those.
  if (!sheets.has(name)) {
    sheets.set(name, new CSSStyleSheet());
    document.adoptedStyleSheets.push(sheets.get(name));
  }
  sheets.get(name).replaceSync(css);
}

async function load(esm) {
  const text = isAddress(esm) ? null : URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const module = await import(text ?? esm).finally(() => text && URL.revokeObjectURL(text));
  if (module.render) return module; // as widgets were written before there was a default export
  const widget = typeof module.default === "function" ? await module.default() : module.default;
  if (!widget) throw new Error("A widget's script must have a default export.");
  return widget;
}

/** Do what a widget returned for its end, when that comes; at once if it has come already. */
function atEnd(signal, clean) {
  if (typeof clean !== "function") return;
  const run = async () => clean();
  const safely = () => run().catch((error) => console.warn(error));
  if (signal.aborted) safely();
  else signal.addEventListener("abort", safely);
}

/** Load a model's script and initialise it, once for all its views; again when the script is another. */
function bind(model) {
  model.binding?.ending.abort();
  const ending = new AbortController();
  const signal = AbortSignal.any([model.signal, ending.signal]);
  const start = async () => {
    const widget = await load(model.get("_esm"));
    if (signal.aborted) return {};
    const made = await widget.initialize?.({ model: face(model, signal), signal, experimental: experimental(model) });
    atEnd(signal, made);
    return { widget, exports: made && typeof made === "object" ? made : undefined };
  };
  model.binding = { ending, ready: start() };
  model.hold(model.binding.ready);
}

/** What a widget sees of a model; what it listens to ends with signal. */
function face(model, signal) {
  return {
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    send: (content, callbacks, buffers) => model.send(content, callbacks, buffers),
    on: (names, listener) => model.on(names, listener, signal),
    off: (names, listener) => model.off(names, listener, signal),
    widget_manager: { get_model: async (id) => face(await known(id), signal) },
  };
}

/** Calls to Python methods marked with anywidget.experimental.command. */
const experimental = (model) => ({
  invoke: (name, msg, { buffers = [], signal = AbortSignal.timeout(3000) } = {}) =>
    new Promise((resolve, reject) => {
      const over = new AbortController();
      const id = `${session}_call_${(messages += 1)}`;
      const hear = (answer, parts) => {
        if (answer?.id !== id) return;
        over.abort();
        resolve([answer.response, parts]);
      };
      signal.throwIfAborted();
      signal.addEventListener("abort", () => (over.abort(), reject(signal.reason)), { signal: over.signal });
      model.on("msg:custom", hear, over.signal);
      model.send({ id, kind: "anywidget-command", name, msg }, undefined, buffers);
    }),
});

/** How a widget reaches others, by references as anywidget.WidgetTrait has them. */
function host(signal) {
  const find = (ref) => {
    if (typeof ref !== "string" || !ref.startsWith("anywidget:")) throw new Error(`Not a widget's reference: ${ref}`);
    return known(ref.slice("anywidget:".length));
  };
  return {
    getModel: async (ref) => face(await find(ref), signal),
    getWidget: async (ref) => {
      const model = await find(ref);
      const { exports } = await model.binding.ready;
      return { exports, render: ({ el, signal: until = signal }) => drawWidget(model, el, until) };
    },
  };
}

// ------------------------------------------------------------------ views

const BOXES = { VBoxModel: "page-column", HBoxModel: "page-row", BoxModel: "page-row" };
const kindOf = (model) => model.get("_model_name");

/** Say in el's place why what should be there is not. */
function sorry(el, text) {
  const said = Object.assign(document.createElement("p"), { className: "page-sorry", textContent: text });
  el.replaceChildren(said);
}

/** Make a view of the model that has this id, now or later. It ends with until, with the model, or with end(). */
function viewOf(id, until) {
  const ending = new AbortController();
  const view = { id, el: document.createElement("div"), end: () => ending.abort(), drawn: null, signal: ending.signal };
  const fill = (model) => {
    const signal = (view.signal = AbortSignal.any([until, ending.signal, model.signal]));
    if (signal.aborted) return null;
    signal.addEventListener("abort", () => view.el.remove());
    let worn = [];
    const wear = () => {
      view.el.classList.remove(...worn);
      worn = (model.get("_dom_classes") ?? []).flatMap((names) => names.split(/\s+/).filter(Boolean));
      view.el.classList.add(...worn);
    };
    model.on("change:_dom_classes", wear, signal);
    wear();
    if (model.binding) return drawWidget(model, view.el, signal);
    if (kindOf(model) in BOXES) return drawBox(model, view.el, signal);
    const type = String(kindOf(model)).replace(/Model$/, "");
    return sorry(view.el, `Here is something that this page cannot show: a widget of the type ${type}.`);
  };
  // At once where that is possible: what is drawn late is seen to come.
  if (models.has(id)) view.drawn = fill(models.get(id));
  else known(id).then(fill);
  return view;
}

async function drawWidget(model, el, signal) {
  let last = null;
  const draw = async () => {
    last?.abort();
    const mine = (last = new AbortController());
    const until = AbortSignal.any([signal, mine.signal]);
    el.replaceChildren();
    try {
      const { widget } = await model.binding.ready;
      if (until.aborted || !widget?.render) return;
      const view = { model: face(model, until), el, signal: until, host: host(until), experimental: experimental(model) };
      atEnd(until, await widget.render(view));
    } catch (error) {
      if (until.aborted) return;
      console.error(error);
      mine.abort();
      sorry(el, "This part of the page does not work at the moment.");
    }
  };
  model.on("change:_esm", draw, signal);
  await draw();
}

async function drawBox(model, el, signal) {
  el.classList.add("page-box", BOXES[kindOf(model)]);
  let views = [];
  const arrange = () => {
    const before = views.filter((view) => !view.signal.aborted);
    views = model.get("children").map((child) => {
      const id = child.replace("IPY_MODEL_", "");
      const stays = before.findIndex((view) => view.id === id);
      return stays < 0 ? viewOf(id, signal) : before.splice(stays, 1)[0];
    });
    before.forEach((view) => (view.end(), view.el.remove()));
    views.forEach(({ el: child }, index) => {
      // What has the focus would lose it by being moved: the others make room instead.
      if (child.contains(document.activeElement)) while (el.children[index] !== child) el.append(el.children[index]);
      else if (el.children[index] !== child) el.insertBefore(child, el.children[index] ?? null);
    });
  };
  model.on("change:children", arrange, signal);
  arrange();
  await Promise.all(views.map((view) => view.drawn));
}

// ------------------------------------------------------------------ the way to the kernel
// Nothing is lost and nothing comes twice: a message stays in letters until the kernel says that it has begun with it (a
// status that names it). After a break, what the kernel has said meanwhile is replayed by the server; then the kernel is
// asked something, and as it takes messages in order, its answer means that what is still in letters has not arrived. That
// goes again, with the same ids, by which the kernel knows what it has had after all.

const letters = []; // oldest first
let socket = null;
let ready = false; // letters may go
let gone = false; // the kernel is, and the page cannot be helped but by loading it again
let question = null; // what was asked after the socket opened
let expecting = false; // an answer to anything
let failures = 0;
let clock, retry;

/** Send a widget's message, now or when there is a connection; returns its id. */
function post(comm_id, data, buffers) {
  if (gone) throw new Error("The kernel is gone. Reload the page.");
  const letter = { ...pack("comm_msg", { comm_id, data }, buffers), deliveries: 0 };
  letters.push(letter);
  if (ready) deliver(letter);
  return letter.id;
}

function deliver(letter) {
  letter.deliveries += 1;
  transmit(letter.bytes);
}

function transmit(bytes) {
  socket.send(bytes);
  if (!expecting) wait(true);
}

const requestState = (comm_id) => transmit(pack("comm_msg", { comm_id, data: { method: "request_state" } }).bytes);
const ping = () => transmit(pack("kernel_info_request", {}).bytes);

/** Start the clock of silence anew. */
function wait(forAnswer) {
  expecting = forAnswer;
  clearTimeout(clock);
  clock = setTimeout(() => (expecting ? lose(false) : document.hidden || ping()), expecting ? ANSWER_MS : QUIET_MS);
}

function connect() {
  clearTimeout(retry);
  const url = new URL(`${page.base_url}api/kernels/${page.kernel_id}/channels?session_id=${session}`, location);
  url.protocol = url.protocol.replace("http", "ws");
  const mine = (socket = new WebSocket(url, "v1.kernel.websocket.jupyter.org"));
  let opened = false;
  mine.binaryType = "arraybuffer";
  mine.onopen = () => {
    opened = true;
    quiet();
    const { id, bytes } = pack("comm_info_request", { target_name: "jupyter.widget" });
    question = { id, idle: false, comms: null, about: [...models.values()] };
    if (!letters.some((letter) => letter.deliveries)) flush(); // none can be on its way
    transmit(bytes);
  };
  mine.onmessage = ({ data }) => mine === socket && hear(unpack(data));
  mine.onclose = () => mine === socket && lose(!opened);
  wait(true);
}

function flush() {
  if (letters[0]?.deliveries >= DELIVERIES) console.error("A message was given up.", letters.shift().id);
  ready = true;
  letters.forEach(deliver);
}

function hear({ type, parent, content, buffers }) {
  const { comm_id, data } = content;
  if (type === "status") {
    if (["dead", "restarting"].includes(content.execution_state)) return giveUp();
    // In order: with this one, all before it have arrived.
    letters.splice(0, letters.findIndex((letter) => letter.id === parent) + 1);
    if (parent === question?.id && content.execution_state === "idle") question.idle = true;
  } else if (type === "comm_info_reply") {
    if (parent === question?.id) question.comms = content.comms;
  } else if (type === "comm_close") models.get(comm_id)?.close();
  else if (models.has(comm_id)) models.get(comm_id).take({ parent, content: { data: { method: "update", ...data } }, buffers });
  else if (data?.state?._model_name) open(comm_id, putBuffers(data.state, data.buffer_paths, buffers));
  if (question?.idle && question.comms) settle(question);
  wait(Boolean(question) || letters.some((letter) => letter.deliveries));
}

/** The kernel has answered, as good as new: send what it has not had, and see what the page has missed. */
function settle({ comms, about }) {
  question = null;
  failures = 0;
  // A kernel that was started anew has none of it.
  if (about.some((model) => page.roots.includes(model.id) && !model.signal.aborted && !(model.id in comms))) return giveUp();
  if (!ready) flush();
  for (const model of about) {
    model.forgetEchoes();
    if (model.id in comms) requestState(model.id);
    else model.close();
  }
  for (const id of wanted.keys()) requestState(id);
}

/** The connection is lost: try again, soon at first. If it could not even be opened, ask whether the kernel is there. */
function lose(refused) {
  const old = socket;
  socket = question = null;
  ready = false;
  clearTimeout(clock);
  old?.close();
  if (gone) return;
  trouble();
  const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.7 + 0.3 * Math.random());
  failures += 1;
  retry = setTimeout(connect, delay);
  if (refused) look();
}

/** A browser does not say why a socket was refused; HTTP does. */
async function look() {
  const address = new URL(`${page.base_url}api/kernels/${page.kernel_id}`, location);
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
  if ([401, 403, 404, 410].includes(answer?.status)) giveUp();
}

/** Something says that now is a good moment: connect at once, or see whether the connection still holds. */
function hurry() {
  if (gone || document.hidden) return;
  if (!socket) connect();
  else if (socket.readyState === WebSocket.OPEN) ping();
}

function giveUp() {
  gone = true;
  letters.length = 0;
  clearTimeout(retry);
  lose(false);
  quiet();
  say("alert", "This page has lost its place. Reload it to go on.", true);
}

/** Kept for the way back, the page leaves its kernel alone; else it says goodbye. */
function leave({ persisted }) {
  if (persisted) {
    lose(false);
    clearTimeout(retry);
    quiet();
  } else if (!gone) {
    const farewell = new FormData();
    farewell.append("_xsrf", document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "");
    navigator.sendBeacon(`${page.base_url}voila/api/shutdown/${page.kernel_id}`, farewell);
  }
}

// ------------------------------------------------------------------ the banner

const banner = Object.assign(document.createElement("div"), { className: "page-banner" });
const status = Object.assign(document.createElement("p"), { role: "status" });
let patience = [];

/** Say something in the banner, in a role that makes a screen reader say it too; with nothing to say it is not seen. */
function say(role, text, reload = false) {
  const said = role === "status" ? status : Object.assign(document.createElement("p"), { role });
  said.textContent = text;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Reload" });
  button.addEventListener("click", () => location.reload());
  banner.replaceChildren(said, ...(reload ? [button] : []));
}

function trouble() {
  const text = "Connection lost. Trying again…";
  if (!patience.length)
    patience = [setTimeout(() => say("status", text), BANNER_MS), setTimeout(() => say("status", text, true), RELOAD_MS)];
}

function quiet() {
  patience.forEach(clearTimeout);
  patience = [];
  status.textContent = "";
  banner.replaceChildren(status);
}

// ------------------------------------------------------------------ the start

/** Fetch, when there is nothing better to do, the scripts of what comes later. */
function prefetch() {
  const links = (page.prefetch ?? []).map((href) => Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  const idle = window.requestIdleCallback ?? setTimeout;
  requestAnimationFrame(() => idle(() => document.head.append(...links)));
}

async function start() {
  for (const [id, { state, buffers = [] }] of Object.entries(page.states)) {
    const parts = buffers.map(({ data }) => new DataView(Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0)).buffer));
    open(id, putBuffers(state, buffers.map(({ path }) => path), parts));
  }
  const views = page.roots.map((id) => viewOf(id, new AbortController().signal));
  connect();
  document.body.append(banner);
  banner.append(status);
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => persisted && hurry());
  await Promise.race([Promise.all(views.map((view) => view.drawn)), new Promise((resolve) => setTimeout(resolve, SHOW_MS))]);
  // All in one go, or the page would jump.
  document.getElementById("app").append(...views.map((view) => view.el));
  document.getElementById("loading")?.remove();
  prefetch();
}

if (page.kernel_id) start();
