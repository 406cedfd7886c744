function render({ model, el }) {
  settle(el, "mr-header");
  const asks = (kind) => () => send(model, el, { kind });
  const profile = h("button", { type: "button", class: "mr-ghost", onclick: asks("profile") }, "Profile");
  const home = h("button", { type: "button", class: "mr-home", onclick: asks("home") }, mark());
  home.setAttribute("aria-label", "movierec, back to the start");
  const forYou = h("button", { type: "button", class: "mr-ghost mr-mine", onclick: asks("home") }, "For you");
  const logOut = () => {
    leave(model);
    send(model, el, { kind: "log_out" });
  };
  const draw = () => {
    profile.setAttribute("aria-expanded", String(model.get("profile_open")));
    forYou.hidden = !model.get("for_you");
  };
  draw();
  el.append(
    h(
      "header",
      { class: "mr-bar" },
      home,
      h("span", { class: "mr-who", dir: "auto" }, model.get("username")),
      forYou,
      profile,
      h("button", { type: "button", class: "mr-ghost", onclick: logOut }, "Log out"),
    ),
  );
  const stop = answers(model, el, {});
  model.on("change:profile_open", draw);
  model.on("change:for_you", draw);
  return () => {
    stop();
    model.off("change:profile_open", draw);
    model.off("change:for_you", draw);
  };
}

export default { render };
