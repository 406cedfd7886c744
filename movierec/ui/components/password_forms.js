// What forms with passwords have in common.

const LONGEST = 1024; // characters; what is longer is not even sent

/** Whether value has more characters than may be; .length counts those beyond the first 65536 twice, and Python does not. */
const tooLong = (value) => value.length > 2 * LONGEST || [...value].length > LONGEST;

/** Return what is empty (of those named) or too long, field by field; all else is for the server to judge. */
function gaps(values, needed = {}) {
  const found = {};
  for (const [name, value] of Object.entries(values)) {
    if (!value && needed[name]) found[name] = needed[name];
    else if (typeof value === "string" && tooLong(value)) found[name] = `At most ${LONGEST} characters, please.`;
  }
  return found;
}

/** Forms whose answers have not come: the server says what it answers, and a kernel answers in the order of asking. */
function asked(model) {
  const forms = [];
  const began = (made) => forms.push(made);
  /** An answer has come: end the wait of its form, and return that, if there is one. */
  const answered = ({ form: kind }) => {
    const index = kind || model.get("login_url") ? forms.findIndex((made) => made.kind === kind) : 0;
    const [made] = index < 0 ? [] : forms.splice(index, 1);
    made?.done();
    return made;
  };
  return { began, answered };
}

/** Make a form that is handed in as kind, with what is fixed, unless there are gaps; began(made) when it is. */
function asking({ model, el, kind, needed, fixed = {}, began, ...rest }) {
  const made = form({
    ...rest,
    submit: (values) => {
      const found = gaps(values, needed);
      if (Object.keys(found).length) {
        made.problems(found);
        return false;
      }
      const went = ask(model, el, kind, { ...fixed, ...values });
      if (went) began(made);
      return went;
    },
  });
  made.kind = kind;
  return made;
}

/** A username that is not asked for: by it a password manager knows whose password it is. */
const whose = (username) =>
  h("input", { type: "text", name: "username", autocomplete: "username", value: username, hidden: true, readonly: true });

/** The new password, twice. */
const newPassword = (least, name = "Password") => [
  field({
    label: name, name: "password", type: "password", autocomplete: "new-password",
    hint: `At least ${least} characters, no common password.`,
  }),
  field({ label: `Confirm ${name.toLowerCase()}`, name: "confirm", type: "password", autocomplete: "new-password" }),
];

/** Leave no password in a field. */
function forget(el) {
  for (const input of el.querySelectorAll(".mr-input")) if (/password|code/.test(input.autocomplete)) input.value = "";
}
