const BRING_MS = 2_000; // a kernel that is there has brought the start page long before

function render({ model, el }) {
  settle(el, "mr-header");
  const asks = (kind) => () => send(model, el, { kind });
  const profile = h("button", { type: "button", class: "mr-ghost", onclick: asks("profile") }, "Profile");
  const home = h("button", { type: "button", class: "mr-home", onclick: asks("home") }, mark());
  home.setAttribute("aria-label", "movierec, back to the start");
  const forYou = h("button", { type: "button", class: "mr-ghost", onclick: asks("home") }, "For you");
  let said = ""; // of how logging out goes
  let bringing = 0;
  let reached = true; // the kernel, as far as can be told
  const logOut = () => {
    [said, bringing] = ["", clearTimeout(bringing)];
    leave(model);
    reached = send(model, el, { kind: "log_out" });
  };
  /** As long as the kernel has not brought the start page it is told here how that goes; in the end this page goes there. */
  const onLeaving = ({ detail: how }) => {
    if (how === "out") bringing = setTimeout(() => location.replace(addressOfPage()), reached ? BRING_MS : 0);
    else if (how !== said) tell(el, "say", { text: LEAVING_WORDS[(said = how)], alert: true });
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
  addEventListener(LEAVING, onLeaving);
  model.on("change:profile_open", draw);
  model.on("change:for_you", draw);
  return () => {
    stop();
    clearTimeout(bringing);
    removeEventListener(LEAVING, onLeaving);
    model.off("change:profile_open", draw);
    model.off("change:for_you", draw);
  };
}

export default { render };
