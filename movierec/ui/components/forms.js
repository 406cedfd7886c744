// Fields and forms: a label, a hint, and beside the field what is wrong with it. An answer that comes late takes nobody
// away from where they have gone on, and nothing that they have typed.

/** Make a labelled field. Returns its node, its control, its value, and how to mark it. */
function field({ label, name, type = "text", hint = "", control = null, ...attributes }) {
  const id = uid(name);
  const input = control ?? h("input", { type, ...attributes });
  for (const [key, value] of Object.entries({ id, name, class: "mr-input" })) input.setAttribute(key, value);
  const hinted = hint ? h("p", { class: "mr-hint", id: `${id}-hint` }, hint) : null;
  const labelled = h("label", { for: id, id: `${id}-label` }, label);
  const node = h("div", { class: "mr-field" }, labelled, h("div", { class: "mr-control" }, input), hinted);
  if (type === "password") node.querySelector(".mr-control").append(showToggle(input, `${id}-label`));

  let alert = null;
  const describe = (...others) => {
    if (hinted) hinted.hidden = Boolean(alert); // what is wrong says it too
    const told = [hinted && !alert ? hinted.id : "", alert?.id, ...others].filter(Boolean).join(" ");
    if (told) input.setAttribute("aria-describedby", told);
    else input.removeAttribute("aria-describedby");
  };
  /** Say what is wrong, or that nothing is; other: the id of an alert elsewhere that is about this field too. */
  const fail = (text = "", other = null) => {
    alert?.remove();
    // A new element each time: that is what a screen reader reads out.
    alert = text ? h("p", { class: "mr-alert", role: "alert", id: `${id}-alert` }, text) : null;
    if (alert) node.append(alert);
    describe(other);
    if (text || other) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return alert?.id ?? null;
  };
  input.addEventListener("input", () => fail());
  describe();
  return { name, node, input, fail, value: () => input.value };
}

/** Make a box to tick: a field of which nothing can be wrong. */
function check({ label, name }) {
  const input = h("input", { type: "checkbox", class: "mr-check", id: uid(name), name });
  const node = h("div", { class: "mr-checked" }, input, h("label", { for: input.id }, label));
  return { name, node, input, fail: () => {}, value: () => input.checked };
}

/** A button that shows and hides what is typed. Its name leaves out the label, which belongs to the field alone. */
function showToggle(input, labelId) {
  const about = { "aria-describedby": labelId, "aria-pressed": "false" };
  const button = h("button", { type: "button", class: "mr-show", ...about }, "Show");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Hidden again when it is sent: a password manager looks for a password field then.
  queueMicrotask(() => input.form?.addEventListener("submit", () => show(false), { capture: true }));
  return button;
}

/** Make a form of fields, and of what else belongs to it. submit(values) is called once at a time; done() ends its wait. */
function form({ fields, action, submit, before = [] }) {
  let waiting = false;
  let cancel = () => {};
  let still = null; // tells whether the visitor is where they sent it from
  let there = true; // what it told at last
  let alert = null;
  let passing = null; // takes away what is true for a while
  const button = h("button", { type: "submit", class: "mr-go" }, h("span", {}, action), spinner());
  // Without the script nothing may be sent by GET, where a password would be in the address.
  const parts = [...before, ...fields.map((one) => one.node), button];
  const node = h("form", { class: "mr-form", method: "post", novalidate: true }, parts);

  /**
   * Say what is wrong with the whole, or that nothing is. reload: with a button to load the page again; for_s: for so
   * long it is true; more: what is true for longer.
   */
  const fail = (text = "", { reload = false, for_s = 0, more = "" } = {}) => {
    clearTimeout(passing);
    alert?.remove();
    const about = { class: "mr-alert mr-alert-form", role: "alert", id: uid("alert") };
    const said = h("span", {}, text);
    alert = text ? h("p", about, h("span", {}, said, more && ` ${more}`), reload && reloader()) : null;
    if (for_s) passing = setTimeout(() => (more ? said.remove() : fail()), 1000 * for_s);
    if (!alert) return button.removeAttribute("aria-describedby");
    node.insertBefore(alert, button);
    button.setAttribute("aria-describedby", alert.id);
  };
  /** Its answer has come; returns whether the visitor is still there, and so may be taken elsewhere. */
  const done = () => {
    if (waiting) there = still();
    waiting = false;
    cancel();
    button.removeAttribute("aria-disabled");
    button.classList.remove("mr-busy");
    return there;
  };
  /** Put each problem beside its field, and the visitor into the first of them, unless they have gone on. */
  const problems = (found) => {
    const bad = fields.filter((one) => Object.hasOwn(found, one.name));
    for (const one of bad) one.fail(found[one.name]);
    if (there) bad[0]?.input.focus();
    if (!bad.length) fail(Object.values(found).join(" "));
  };
  const stop = () => {
    still?.();
    cancel();
    clearTimeout(passing);
  };
  // Browsers do this by themselves, but in JupyterLab the key does not get that far.
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    event.preventDefault();
    node.requestSubmit(button);
  });
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting) return;
    fail();
    for (const one of fields) one.fail();
    const values = Object.fromEntries(fields.map((one) => [one.name, one.value()]));
    there = true;
    if (submit(values) === false) return;
    waiting = true;
    still = stays();
    button.setAttribute("aria-disabled", "true");
    button.classList.add("mr-busy");
    cancel = patience(() => fail(NO_ANSWER));
  });
  return { node, fields, fail, done, problems, there: () => there, stop };
}
