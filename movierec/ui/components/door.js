const LONGEST = 1024; // characters; what is longer is not even sent

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

/** Whether value has more characters than may be; .length counts those beyond the first 65536 twice, and Python does not. */
const tooLong = (value) => value.length > 2 * LONGEST || [...value].length > LONGEST;

/** Return what is empty (of those named) or too long, field by field; all else is for the server to judge. */
function gaps(values, needed = {}) {
  const found = {};
  for (const [name, value] of Object.entries(values)) {
    if (!value && needed[name]) found[name] = needed[name];
    else if (tooLong(value)) found[name] = `At most ${LONGEST} characters, please.`;
  }
  return found;
}

/** Send what was filled in, unless there are gaps. */
function sender(model, el, kind, problems, needed) {
  return (values) => {
    const found = gaps(values, needed);
    if (Object.keys(found).length) {
      problems(found);
      return false;
    }
    return send(model, el, { kind, ...values });
  };
}

function logInForm(model, el) {
  const fields = [
    field({ label: "Username", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
    field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" }),
  ];
  const made = form({
    fields,
    action: "Log in",
    submit: sender(model, el, "log_in", (found) => made.problems(found), {
      username: "Enter your username.",
      password: "Enter your password.",
    }),
  });
  /** The pair does not match: one alert, about both fields, and the password is to be typed again. */
  made.refuse = (text) => {
    const [username, password] = fields;
    username.fail("", password.fail(text));
    password.input.value = "";
    password.input.focus();
  };
  return made;
}

function signUpForm(model, el) {
  const least = model.get("password_min_length");
  const made = form({
    fields: [
      field({
        label: "Username", name: "username", hint: "3 to 20 letters, digits or _.",
        autocomplete: "username", autocapitalize: "none", spellcheck: "false",
      }),
      field({ label: "Email", name: "email", type: "email", autocomplete: "email" }),
      field({
        label: "Password", name: "password", type: "password", autocomplete: "new-password",
        hint: `At least ${least} characters, no common password.`,
      }),
      field({ label: "Confirm password", name: "confirm", type: "password", autocomplete: "new-password" }),
    ],
    action: "Create account",
    submit: sender(model, el, "sign_up", (found) => made.problems(found)),
  });
  return made;
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

function render({ model, el }) {
  settle(el, "mr-door");
  const logIn = logInForm(model, el);
  const signUp = signUpForm(model, el);
  const forms = [logIn, signUp];
  const status = h("p", { class: "mr-status", role: "status" });
  // A new element each time: that is what a screen reader reads out.
  const say = (text) => status.replaceChildren(...(text ? [h("span", {}, text)] : []));
  // Only what changes is read out: the note comes when the page has been there for a moment.
  const note = setTimeout(() => say(model.get("note")), 150);
  /** The visitor goes on: what was said is about what was before. */
  const hush = () => {
    clearTimeout(note);
    say("");
  };
  const parts = [
    { label: "Log in", content: logIn.node },
    { label: "Sign up", content: signUp.node },
  ];
  const { list, panels, select } = tabs(parts, hush);
  const forget = () => {
    for (const input of el.querySelectorAll(".mr-input")) if (input.autocomplete.endsWith("password")) input.value = "";
  };
  const shown = () => forms[panels.findIndex((panel) => !panel.hidden)];

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
      h("div", { class: "mr-panel" }, list, status, panels),
    ),
  );
  el.addEventListener("submit", hush, { capture: true });

  const stop = answers(model, el, {
    problems: ({ problems }) => {
      const made = shown();
      hush();
      made.done();
      if (made === logIn && problems.password) logIn.refuse(problems.password);
      else made.problems(problems);
    },
    failed: ({ text }) => {
      hush();
      shown().done();
      shown().fail(text);
    },
    created: ({ username }) => {
      signUp.done();
      signUp.node.reset();
      forget();
      select(0);
      say("Account created");
      logIn.fields[0].input.value = username;
      logIn.fields[1].input.focus();
    },
  });
  // Here is no notice; what would stand there stands in the form.
  // The button that logged out is gone and took the focus along. Who has just come has it where they had it.
  const begin = () => {
    if (!model.get("again") || document.activeElement !== document.body) return;
    (fine() ? logIn.fields[0].input : list.firstChild).focus();
  };
  const notYet = whenShown(el, begin);
  const unhear = hear(el, "say", ({ text, reload }) => shown().fail(text, reload));
  return () => {
    stop();
    unhear();
    notYet();
    clearTimeout(note);
    forms.forEach((made) => made.stop());
    forget();
  };
}

export default { render };
