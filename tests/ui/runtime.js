// A front end of a hundred lines, to run the components in: anywidget's model API, a column, nothing else.
// What it can do is what the components may rely on. Python plays the kernel: window.kernel(id, content).
const models = new Map();
const views = new Map();
const sent = [];
let holding = null; // answers kept back, to be let go in another order

class Model {
  constructor(id, state) {
    this.id = id;
    this.state = state;
    this.listeners = new Map();
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    throw new Error(`${name} = ${value}: state is the kernel's`);
  }
  save_changes() {
    throw new Error("state is the kernel's");
  }
  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  off(name, listener) {
    this.listeners.set(name, (this.listeners.get(name) ?? []).filter((one) => one !== listener));
  }
  fire(name, ...values) {
    for (const listener of this.listeners.get(name) ?? []) listener(...values);
  }
  async send(content) {
    sent.push(content);
    const answers = await window.kernel(this.id, structuredClone(content));
    if (holding) holding.push(answers);
    else take(answers);
  }
}

function view(id) {
  if (views.has(id)) return views.get(id);
  const model = models.get(id);
  const made = { el: document.createElement("div"), cleanup: () => {}, ending: new AbortController() };
  views.set(id, made);
  if (model.get("_esm")) {
    const url = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
    import(url).then(async (module) => {
      const { signal } = made.ending;
      made.cleanup = (await module.default.render({ model, el: made.el, signal })) ?? (() => {});
    });
  } else {
    made.el.className = model.get("_dom_classes").join(" ");
    const arrange = () => {
      const children = model.get("children").map((child) => view(child.replace("IPY_MODEL_", "")).el);
      for (const old of [...made.el.children]) if (!children.includes(old)) old.remove();
      // What stays is not touched: moving an element would take its focus away.
      children.forEach((el, index) => made.el.children[index] !== el && made.el.insertBefore(el, made.el.children[index] ?? null));
    };
    model.on("change:children", arrange);
    arrange();
  }
  return made;
}

function takeOne({ type, id, data }) {
  if (type === "comm_open") {
    models.set(id, new Model(id, data.state));
    if (!data.state._css) return;
    const name = data.state._anywidget_id;
    document.getElementById(name)?.remove();
    document.head.append(Object.assign(document.createElement("style"), { id: name, textContent: data.state._css }));
  } else if (type === "comm_close") {
    models.delete(id);
    views.get(id)?.el.remove();
    views.get(id)?.ending.abort();
    views.get(id)?.cleanup();
    views.delete(id);
  } else if (data.method === "update") {
    Object.assign(models.get(id).state, data.state);
    for (const name of Object.keys(data.state)) models.get(id).fire(`change:${name}`);
  } else models.get(id).fire("msg:custom", data.content, []);
}

function take(messages) {
  messages.forEach(takeOne);
}

function start(messages, root) {
  take(messages);
  document.body.append(view(root).el);
}

/** Keep answers back from now on. */
function hold() {
  holding = [];
}

/** Let the answers go that were kept back, in the order of their numbers, once they are there; later ones pass. */
async function release(...order) {
  for (let waits = 0; holding.length <= Math.max(...order); waits += 1) {
    if (waits > 1000) throw new Error(`only ${holding.length} answers came`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const kept = holding;
  holding = null;
  order.forEach((index) => take(kept[index]));
}
