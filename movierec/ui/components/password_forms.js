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

/** Make a form that is handed in as kind, with what is fixed, unless there are gaps. */
function asking({ model, el, kind, needed, fixed = {}, began = () => {}, ...rest }) {
  const made = form({
    ...rest,
    submit: (values) => {
      const found = gaps(values, needed);
      if (Object.keys(found).length) {
        made.problems(found);
        return false;
      }
      began(made);
      return ask(model, el, kind, { ...fixed, ...values });
    },
  });
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
