/** One line of a list: the film leads to those like it, and beside it is what the visitor thinks of it. */
function lineOf(film, pick) {
  const name = h("span", { dir: "auto" }, film.title);
  const year = film.year ? h("span", { class: "mr-soft" }, ` (${film.year})`) : "";
  const swatch = h("span", { class: "mr-swatch", "aria-hidden": "true" });
  const about = { type: "button", class: "mr-rated-film", "aria-label": film.label, onclick: () => pick(film) };
  return h(
    "li",
    { "data-film": film.movie_id, "--hue": film.hue },
    h("button", about, swatch, h("span", {}, name, year)),
    thoughtsOn(film),
  );
}

function render({ model, el }) {
  settle(el, "mr-rated");
  const title = uid("rated");
  const heading = h("h2", { id: title, tabindex: -1 }, "Your films");
  const pick = (film) => {
    tell(el, "wait", { title: film.title });
    send(model, el, { kind: "pick", movie_id: film.movie_id });
  };
  const listOf = (name, trait, value) => {
    const films = model.get(trait);
    if (!films.length) return null;
    const lines = films.map((film) => lineOf(film, pick));
    const part = disclosure(name, " ", h("ul", { class: "mr-rated-films", role: "list", "aria-label": name }, lines));
    const count = () => {
      const { length } = Object.values(model.get("ratings")).filter((one) => one === value);
      part.note.textContent = length === 1 ? "1 film" : `${length} films`;
    };
    return { node: part.node, count };
  };
  const lists = [listOf("Films you like", "liked", 1), listOf("Not for you", "disliked", -1)].filter(Boolean);
  const count = () => lists.forEach((one) => one.count());
  el.append(
    h(
      "section",
      { class: "mr-column", "aria-labelledby": title },
      h("div", { class: "mr-settings" }, heading, lists.map((one) => one.node)),
    ),
  );
  const thoughts = thinker(model, el, (id, value, { byKey }) => {
    const button = el.querySelector(`[data-film="${id}"] [data-value="${value}"]`);
    (button?.getClientRects().length ? button : heading).focus({ preventScroll: !byKey });
  });
  el.hidden = !lists.length;
  count();
  thoughts.paint();
  model.on("change:ratings", count);
  return () => {
    thoughts.end();
    model.off("change:ratings", count);
  };
}

export default { render };
