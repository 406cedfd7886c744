const nameField = (more) =>
  field({ label: "Username", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", ...more });

const SPACED = "There is a space before or after the username.";
const FORGOTTEN = "Forgot it? Whoever runs this app can give you a reset code.";

function logInForm(model, el, began) {
  const fields = [
    nameField(),
    field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" }),
    // Where only the kernel knows who is logged in, it does so for as long as the page is there.
    ...(model.get("login_url") ? [check({ label: "Keep me signed in", name: "keep" })] : []),
  ];
  const made = asking({
    model, el, began, fields, kind: "log_in", fixed: { keep: false }, action: "Log in",
    needed: { username: "Enter your username.", password: "Enter your password." },
  });
  /** The pair does not match: one alert, about both fields, and the password is to be typed again, unless it is already. */
  made.refuse = (text) => {
    const [username, password] = fields;
    const spaced = username.value() !== username.value().trim(); // keyboards of phones put one after a word
    username.fail("", password.fail(spaced ? `${text} ${SPACED}` : text));
    if (!made.there()) return;
    password.input.value = "";
    password.input.focus();
  };
  return made;
}

const signUpForm = (model, el, began) =>
  asking({
    model, el, began, kind: "sign_up", action: "Create account",
    fields: [
      nameField({ hint: "3 to 20 letters, digits or _." }),
      field({ label: "Email", name: "email", type: "email", autocomplete: "email" }),
      ...newPassword(model.get("password_min_length")),
    ],
  });

const resetForm = (model, el, began) =>
  asking({
    model, el, began, kind: "reset", action: "Save new password",
    needed: { username: "Enter your username.", code: "Enter the code that you were given." },
    fields: [
      nameField(),
      field({
        label: "Reset code", name: "code", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false",
        hint: "From whoever runs this app. It works once.",
      }),
      ...newPassword(model.get("password_min_length"), "New password"),
    ],
  });
