function render({ model, el }) {
  settle(el, "mr-unavailable");
  el.append(
    h("header", { class: "mr-plain-bar" }, mark()),
    h(
      "main",
      { class: "mr-sorry" },
      h("h1", {}, "The show cannot start yet"),
      h("p", { role: "alert" }, model.get("text")),
      h("p", {}, h("button", { type: "button", class: "mr-ghost", onclick: () => location.reload() }, "Try again")),
    ),
  );
}

export default { render };
