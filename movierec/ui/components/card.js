/** One reason: [text, is it shared?] after [text, is it shared?]. */
const reasonOf = (parts) =>
  h("span", { class: "mr-reason" }, parts.map(([text, shared]) => (shared ? h("em", { dir: "auto" }, text) : text)));

const whyOf = (film) => h("p", { class: "mr-why", hidden: !film.why.length }, film.why.map(reasonOf));

/** One card: the button is the film, below it why it is here and what the visitor thinks of it. */
function cardOf(film, url, pick) {
  return h(
    "li",
    { class: "mr-card", "data-film": film.movie_id },
    h(
      "button",
      { type: "button", class: "mr-film", "aria-label": film.label, onclick: () => pick(film) },
      poster(film, url),
      h("span", { class: "mr-title", dir: "auto" }, film.title),
      film.year ? h("span", { class: "mr-year" }, ` ${film.year}`) : null,
    ),
    whyOf(film),
    thoughtsOn(film),
  );
}

/** A list of cards that can be changed without moving what stays. */
function listOf(films, url, pick, labelledby) {
  const list = h("ul", { class: "mr-grid", role: "list", "aria-labelledby": labelledby });
  const cards = new Map(); // movie_id -> [card, what it says]
  /** Show films; return the places, counted from 0, that have another film than before. */
  const show = (shown) => {
    const ids = new Set(shown.map((film) => film.movie_id));
    for (const [id, [card]] of cards) if (!ids.has(id)) cards.delete(id) && card.remove();
    return shown.filter((film, index) => {
      const [card, said] = cards.get(film.movie_id) ?? [cardOf(film, url, pick)];
      const why = JSON.stringify(film.why);
      if (said !== undefined && said !== why) card.querySelector(".mr-why").replaceWith(whyOf(film));
      cards.set(film.movie_id, [card, why]);
      if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
      return said === undefined;
    });
  };
  show(films);
  return { list, show };
}
