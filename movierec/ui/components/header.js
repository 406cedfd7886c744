function render({ model, el }) {
  settle(el, "mr-header");
  const asks = (kind) => () => send(model, el, { kind });
  const profile = h("button", { type: "button", class: "mr-ghost", onclick: asks("profile") }, "Profile");
  const home = h("button", { type: "button", class: "mr-home", onclick: asks("home") }, mark());
  home.setAttribute("aria-label", "movierec, back to the start");
  const forYou = h("button", { type: "button", class: "mr-ghost", onclick: asks("home") }, "For you");
  const logOut = () => {
    leave(model);
    send(model, el, { kind: "log_out" });
  };
  const bar = h(
    "header",
    { class: "mr-bar" },
    home,
    h("span", { class: "mr-who", dir: "auto" }, model.get("username")),
    forYou,
    profile,
    h("button", { type: "button", class: "mr-ghost", onclick: logOut }, "Log out"),
  );
  const draw = () => {
    profile.setAttribute("aria-expanded", String(model.get("profile_open")));
    forYou.hidden = !model.get("for_you");
    bar.classList.toggle("mr-full", !forYou.hidden); // by class: after each change anywhere, :has() would be looked at again
  };
  draw();
  el.append(bar);
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
