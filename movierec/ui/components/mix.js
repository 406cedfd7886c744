/** The button that asks for one more film to be mixed in. */
const mixer = (mix) =>
  h("button", { type: "button", class: "mr-thought mr-mixer", onclick: mix }, shapeOf("mix"), "Mix with…");

/** The films of a mix: each can be looked at alone, rated, or taken out. */
function mixOf(view, url, { pick, mix, takeOut }) {
  const one = (film) => {
    const alone = () => pick(film);
    const out = { type: "button", class: "mr-thought", "aria-label": `Take out ${film.label}`, onclick: () => takeOut(film) };
    const thoughts = thoughtsOn(film);
    thoughts.append(h("button", out, "Take out"));
    return h(
      "li",
      { class: "mr-part", "data-film": film.movie_id },
      h("span", { class: "mr-part-poster", onclick: alone }, poster(film, url)),
      h(
        "button",
        { type: "button", class: "mr-part-name", "aria-label": film.label, onclick: alone },
        h("span", { class: "mr-title", dir: "auto" }, film.title),
        film.year ? h("span", { class: "mr-year" }, ` ${film.year}`) : null,
      ),
      thoughts,
    );
  };
  const id = uid("mix");
  return h(
    "section",
    { class: "mr-pick mr-mix", "--hue": view.mix[0].hue },
    h("h1", { tabindex: -1, id }, "Your mix"),
    h("ul", { class: "mr-parts", role: "list", "aria-labelledby": id }, view.mix.map(one)),
    view.may_grow ? mixer(mix) : null,
  );
}
