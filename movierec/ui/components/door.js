/** Tabs and their panels, as the WAI-ARIA pattern has them: arrows, Home and End move and select; then comes turned(). */
function tabs(parts, turned) {
  const list = h("div", { class: "mr-tabs", role: "tablist", "aria-label": "Your account" });
  const made = parts.map(({ label, content }) => {
    const id = uid("tab");
    const tab = h("button", { type: "button", role: "tab", id, "aria-controls": `${id}-panel` }, label);
    const panel = h("div", { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id }, content);
    list.append(tab);
    return { tab, panel };
  });
  const select = (chosen, focus = false) => {
    made.forEach(({ tab, panel }, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      panel.hidden = index !== chosen;
      if (focus && index === chosen) tab.focus();
    });
  };
  made.forEach(({ tab }, index) => {
    tab.addEventListener("click", () => {
      select(index);
      turned();
    });
    tab.addEventListener("keydown", (event) => {
      const last = made.length - 1;
      const to = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index ? index - 1 : last, Home: 0, End: last };
      if (!Object.hasOwn(to, event.key)) return;
      event.preventDefault();
      select(to[event.key], true);
      turned();
    });
  });
  select(0);
  return { list, panels: made.map(({ panel }) => panel), select };
}

function fan(films) {
  const middle = (films.length - 1) / 2;
  return h(
    "div",
    { class: "mr-fan", "aria-hidden": "true" },
    films.map((film, index) => {
      const place = { "--off": index - middle, "--far": Math.abs(index - middle) };
      return h("div", { class: "mr-blade", ...place }, poster(film, ""));
    }),
  );
}

/** The tab "Log in": its form or, for who has a reset code, another one, which is there only while it is open. */
function logInPanel(logIn, makeReset, hush) {
  let reset = null;
  const content = h("div", { class: "mr-way-in" });
  const quietly = (label, onclick) => h("button", { type: "button", class: "mr-quiet", onclick }, label);
  const show = (made, way) => {
    reset?.stop();
    reset = made === logIn ? null : made;
    content.replaceChildren(made.node, way);
  };
  const back = () => {
    hush();
    if (reset) show(logIn, toReset);
  };
  const toReset = quietly("I have a reset code", () => {
    hush();
    const made = makeReset();
    made.fields[0].input.value = logIn.fields[0].input.value;
    show(made, quietly("Back to log in", () => (back(), toReset.focus())));
    made.fields[made.fields[0].input.value ? 1 : 0].input.focus();
  });
  show(logIn, toReset);
  return { content, back, shown: () => reset ?? logIn };
}

/** Tell what has not worked when the visitor left, until it has: then call out(), and refocus() if the focus was here. */
function farewell(model, out, refocus) {
  const node = h("div", { class: "mr-farewell" });
  const words = h("span");
  const show = (text, ...more) => {
    if (text === words.textContent) return;
    words.textContent = text;
    if (!node.firstChild) node.append(h("p", { class: "mr-alert mr-alert-form", role: "alert" }, words, more));
  };
  const retry = () => {
    show(LEAVING_WORDS.late);
    leave(model);
  };
  const again = h("button", { type: "button", class: "mr-reload", onclick: retry }, "Try again");
  const onLeaving = ({ detail: how }) => {
    if (how !== "out") return show(LEAVING_WORDS[how], again);
    if (!node.firstChild) return;
    if (node.contains(document.activeElement)) refocus();
    node.replaceChildren();
    words.textContent = "";
    out();
  };
  const warn = () => model.get("warning") && show(model.get("warning"));
  addEventListener(LEAVING, onLeaving);
  model.on("change:warning", warn);
  const stop = () => {
    removeEventListener(LEAVING, onLeaving);
    model.off("change:warning", warn);
  };
  return { node, warn, stop };
}

/** Draw the door; refused: why who is signed in did not come in, if there was one. */
function draw(view, refused = null) {
  const { model, el } = view;
  const status = h("p", { class: "mr-status", role: "status" });
  // A new element each time: that is what a screen reader reads out.
  const say = (text, good = true) => {
    status.classList.toggle("mr-good", good);
    status.replaceChildren(...(text ? [h("span", {}, text)] : []));
  };
  // Only what changes is read out: the note comes when the page has been there for a moment.
  const note = setTimeout(() => say(model.get("note"), !model.get("expired")), 150);
  /** The visitor goes on: what was said is about what was before. */
  const hush = () => {
    clearTimeout(note);
    say("");
  };
  const { began, answered } = asked(model);
  const logIn = logInForm(model, el, began);
  const signUp = signUpForm(model, el, began);
  const wayIn = logInPanel(logIn, () => resetForm(model, el, began), hush);
  const parts = [
    { label: "Log in", content: wayIn.content },
    { label: "Sign up", content: signUp.node },
  ];
  const { list, panels, select } = tabs(parts, hush);
  const left = farewell(model, () => say("You are logged out."), () => logIn.fields[0].input.focus());
  const shown = () => (panels[0].hidden ? signUp : wayIn.shown());
  const busy = () => [logIn, signUp, wayIn.shown()];

  el.append(
    h("header", { class: "mr-plain-bar" }, mark()),
    h(
      "main",
      { class: "mr-door-main" },
      h(
        "div",
        { class: "mr-pitch" },
        h("h1", {}, h("span", {}, "Name one film. "), h("span", {}, "Get ten for tonight.")),
        h("p", { class: "mr-lead" }, "Pick a film you like and see others you will like, each with the reason why."),
        fan(model.get("films")),
      ),
      h("div", { class: "mr-panel" }, list, left.node, status, panels),
    ),
  );
  el.addEventListener("submit", hush, { capture: true });

  /** Bring who has an account, or another password, to the form "Log in"; who has gone on from made is only told. */
  const bringToLogIn = (made, username, text) => {
    const there = made.there();
    if (there || !made.node.contains(document.activeElement)) made.node.reset();
    if (!there) return say(text);
    forget(el);
    wayIn.back();
    select(0);
    say(text);
    logIn.fields[0].input.value = username;
    logIn.fields[1].input.focus();
  };
  const stop = answers(model, el, {
    problems: (message) => {
      const { problems } = message;
      const made = answered(message) ?? shown();
      hush();
      if (made === logIn && problems.password) logIn.refuse(problems.password);
      else made.problems(problems);
    },
    failed: (message) => {
      const { text, reload, retry_after_s: for_s } = message;
      const made = answered(message) ?? shown();
      hush();
      made.fail(text, { reload, for_s, more: for_s && made === logIn ? FORGOTTEN : "" });
    },
    created: (message) => bringToLogIn(answered(message) ?? signUp, message.username, "Account created"),
    reset: (message) =>
      bringToLogIn(answered(message) ?? wayIn.shown(), message.username, "Password saved. You can log in now."),
    welcome: async (message) => {
      if (!(await comeIn(view, message.ticket))) return;
      answered(message);
      logIn.fail("You are signed in. Reload the page to go on.", { reload: true });
    },
  });
  // Here is no notice; what would stand there stands in the form.
  // The button that logged out is gone and took the focus along. Who has just come has it where they had it.
  const begin = () => {
    left.warn();
    if (refused?.text) logIn.fail(refused.text, { reload: true });
    if (!model.get("again") || document.activeElement !== document.body) return;
    (fine() ? logIn.fields[0].input : list.firstChild).focus();
  };
  const notYet = whenShown(el, begin);
  const unhear = hear(el, "say", ({ text, reload }) => shown().fail(text, { reload }));
  const remember = leaveNoTrace();
  return () => {
    stop();
    left.stop();
    remember();
    unhear();
    notYet();
    clearTimeout(note);
    busy().forEach((made) => made.stop());
    forget(el);
  };
}

/**
 * Draw the door, but for who is signed in: for them nothing is drawn, and this goes on until they are in or refused.
 * Whose login has ended may be: by another tab, where they have logged in anew.
 */
function render(view) {
  settle(view.el, "mr-door");
  const { model } = view;
  const ticket = model.get("login_url") ? (takeTicket() ?? (model.get("expired") ? "" : null)) : null;
  const kind = model.get("expired") ? "come_back" : "ticket";
  return ticket === null ? draw(view) : comeIn(view, ticket, kind).then((refused) => refused && draw(view, refused));
}

export default { render };
