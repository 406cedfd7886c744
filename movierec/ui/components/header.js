function render({ model, el }) {
  settle(el, "mr-header");
  const asks = (kind) => () => send(model, el, { kind });
  const profile = h("button", { type: "button", class: "mr-ghost", onclick: asks("profile") }, "Profile");
  const home = h("button", { type: "button", class: "mr-home", onclick: asks("home") }, mark());
  home.setAttribute("aria-label", "movierec, back to the start");
  const draw = () => profile.setAttribute("aria-expanded", String(model.get("profile_open")));
  draw();
  el.append(
    h(
      "header",
      { class: "mr-bar" },
      home,
      h("span", { class: "mr-who", dir: "auto" }, model.get("username")),
      profile,
      h("button", { type: "button", class: "mr-ghost", onclick: asks("log_out") }, "Log out"),
    ),
  );
  const stop = answers(model, el, {});
  model.on("change:profile_open", draw);
  return () => {
    stop();
    model.off("change:profile_open", draw);
  };
}

export default { render };
