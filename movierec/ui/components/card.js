/** Say why a film is here, by reasons of [text, is it shared?]; nothing takes no room. */
function explain(node, why) {
  const said = ([text, shared]) => (shared ? h("em", { dir: "auto" }, text) : text);
  node.hidden = !why.length;
  node.replaceChildren(...why.flatMap((reason, index) => [index ? "\u00a0· " : "", ...reason.map(said)]));
}

const blankCard = h(
  "li",
  { class: "mr-card" },
  h(
    "button",
    { type: "button", class: "mr-film" },
    blankPoster.cloneNode(true),
    h("span", { class: "mr-title", dir: "auto" }),
    h("span", { class: "mr-year" }),
  ),
  h("p", { class: "mr-why" }),
  blankThoughts.cloneNode(true),
);

/** One card, copied: the button is the film, below it why it is here and what the visitor thinks of it. */
function cardOf(film, url) {
  const card = blankCard.cloneNode(true);
  const [button, why, thoughts] = card.children;
  const [art, title, year] = button.children;
  card.dataset.film = film.movie_id;
  button.setAttribute("aria-label", film.label);
  drawPoster(art, film, url);
  title.textContent = film.title;
  year.textContent = film.year ? ` ${film.year}` : "";
  explain(why, film.why);
  nameThoughts(thoughts, film);
  return card;
}

/** A list of cards that can be changed without moving what stays. */
function listOf(films, url, pick, labelledby) {
  const list = h("ul", { class: "mr-grid", role: "list", "aria-labelledby": labelledby });
  const cards = new Map(); // movie_id -> [card, what it says, film]
  /** Show films; return the places, counted from 0, that have another film than before. */
  const show = (shown) => {
    const ids = new Set(shown.map((film) => film.movie_id));
    for (const [id, [card]] of cards) if (!ids.has(id)) cards.delete(id) && card.remove();
    return shown.filter((film, index) => {
      const [card, said] = cards.get(film.movie_id) ?? [cardOf(film, url)];
      const why = JSON.stringify(film.why);
      if (said !== undefined && said !== why) explain(card.querySelector(".mr-why"), film.why);
      cards.set(film.movie_id, [card, why, film]);
      if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
      return said === undefined;
    });
  };
  list.addEventListener("click", (event) => {
    const id = event.target.closest(".mr-film")?.parentElement.dataset.film;
    // A double click is one click: after the first, another film may stand here.
    if (id && event.detail < 2) pick(cards.get(Number(id))[2]);
  });
  show(films);
  return { list, show };
}
