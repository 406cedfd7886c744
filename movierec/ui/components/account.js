/** One line of the list of logins. */
function placeOf({ login_id, label, here, since, used }, end) {
  const words = [here ? "In use now" : `Last used ${used}`, `signed in ${since}`].join(" · ");
  const button = h("button", { type: "button", class: "mr-ghost", onclick: () => end(login_id) }, "End");
  button.setAttribute("aria-label", `End ${label}`);
  return h(
    "li",
    {},
    h("div", {}, h("p", { class: "mr-place" }, label, here && h("b", {}, "This one")), h("p", { class: "mr-hint" }, words)),
    !here && button,
  );
}

/** Let the browser save data as a file. */
function save(name, data) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers begin to read it only after a question
}

function render({ model, el }) {
  settle(el, "mr-account");
  const username = model.get("username");
  const say = (text) => tell(el, "say", { text });
  const { began, answered } = asked(model);
  const formOf = (about) => asking({ model, el, began, before: [whose(username)], ...about });
  const current = (label) => field({ label, name: "password", type: "password", autocomplete: "current-password" });

  const password = formOf({
    kind: "change_password", action: "Change password", needed: { current: "Enter your current password." },
    fields: [
      field({ label: "Current password", name: "current", type: "password", autocomplete: "current-password" }),
      ...newPassword(model.get("password_min_length"), "New password"),
    ],
  });
  const email = formOf({
    kind: "change_email", action: "Change email", needed: { password: "Enter your password." },
    fields: [field({ label: "New email", name: "email", type: "email", autocomplete: "email" }), current("Password")],
  });
  const deletion = formOf({
    kind: "delete_account", action: "Delete my account for good", needed: { password: "Enter your password." },
    fields: [current("Password")],
  });
  deletion.node.classList.add("mr-danger");
  const forms = [password, email, deletion];

  let ending = false; // the browser's cookie has to go as well, once the kernel has ended all
  const everywhere = () => (ending = send(model, el, { kind: "log_out_everywhere" }));
  const download = () => send(model, el, { kind: "export" });
  const end = (login_id) => send(model, el, { kind: "end_login", login_id });
  const list = h("ul", { class: "mr-places", role: "list", "aria-label": "Your logins" });

  const ofPassword = disclosure("Password", "", password.node);
  const ofEmail = disclosure("Email", model.get("email"), email.node);
  const ofPlaces = disclosure("Where you are signed in", " ", [
    list,
    h("button", { type: "button", class: "mr-ghost", onclick: everywhere }, "Log out everywhere"),
  ]);
  const ofDeletion = disclosure("Delete account", "", [
    h("p", {}, "Your name and email, your favourites, your ratings and all your logins are deleted, and cannot be brought back."),
    deletion.node,
  ]);
  const draw = () => {
    const places = model.get("places");
    list.replaceChildren(...places.map((place) => placeOf(place, end)));
    ofPlaces.note.textContent = places.length === 1 ? "Only here" : `${places.length} places`;
    ofEmail.note.textContent = model.get("email");
  };
  draw();

  const title = uid("account");
  el.append(
    h(
      "section",
      { class: "mr-column", "aria-labelledby": title },
      h(
        "div",
        { class: "mr-settings" },
        h("h2", { id: title }, "Your account"),
        ofPassword.node,
        ofEmail.node,
        ofPlaces.node,
        h(
          "div",
          { class: "mr-more mr-data" },
          h("h3", {}, "Your data"),
          h("p", { class: "mr-hint" }, "All that is stored about you, as one JSON file."),
          h("button", { type: "button", class: "mr-ghost", onclick: download }, "Download my data"),
        ),
        ofDeletion.node,
      ),
    ),
  );

  const stop = answers(model, el, {
    problems: (message) => answered(message)?.problems(message.problems),
    failed: (message) => {
      const { text, reload, status, retry_after_s: for_s } = message;
      const made = answered(message);
      if (made) made.fail(text, { reload, for_s });
      else {
        ending = false; // who is not logged out everywhere stays here, too
        tell(el, "say", { text, alert: true });
      }
      // The server knows of no login any more: the kernel looks, and brings the start page.
      if (status === 401) send(model, el, { kind: "account_changed" });
    },
    changed: (message) => {
      const { what, email: address } = message;
      const made = answered(message);
      const there = !made || made.there();
      if (there) forget(el);
      if (there || !made.node.contains(document.activeElement)) {
        made?.node.reset();
        (what === "password" ? ofPassword : ofEmail).close(there);
      }
      say(what === "password" ? "Password changed. Other places are signed out." : `Your email is ${address} now.`);
      if (model.get("login_url")) send(model, el, { kind: "account_changed" });
    },
    deleted: () => send(model, el, { kind: "account_deleted" }),
    ended: () => {
      ofPlaces.button.focus(); // the button that did it is gone
      say("Signed out there");
    },
    data: ({ data }) => {
      save(`movierec-${username}.json`, data);
      say("Your data is in your downloads");
    },
  });
  model.on("change:places", draw);
  model.on("change:email", draw);
  return () => {
    stop();
    model.off("change:places", draw);
    model.off("change:email", draw);
    forms.forEach((one) => one.stop());
    forget(el);
    if (ending) leave(model);
  };
}

export default { render };
