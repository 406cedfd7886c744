const factOf = (name, values) => {
  if (!values.length) return null;
  const each = values.map((value) => h("span", { class: "mr-fact", dir: "auto" }, value));
  return h("div", {}, h("dt", {}, name), h("dd", {}, each));
};

const metaOf = (film) => h("p", { class: "mr-meta" }, film.meta.map((one) => h("span", {}, one)));

/** The picked film with what is known about it. Facts that are not known take no room. */
function pickOf(film, url, mix) {
  const thoughts = thoughtsOn(film);
  thoughts.append(mixer(mix));
  return h(
    "section",
    { class: "mr-pick", "--hue": film.hue, "data-film": film.movie_id },
    h("div", { class: "mr-pick-poster" }, poster(film, url)),
    h(
      "div",
      { class: "mr-pick-text" },
      h("h1", { tabindex: -1, dir: "auto" }, film.title),
      film.original_title ? h("p", { class: "mr-original", dir: "auto" }, film.original_title) : null,
      metaOf(film),
      thoughts,
      film.tagline ? h("p", { class: "mr-tagline", dir: "auto" }, film.tagline) : null,
      film.overview ? h("p", { class: "mr-overview", dir: "auto" }, film.overview) : null,
    ),
    h(
      "dl",
      { class: "mr-facts" },
      factOf(film.directors.length > 1 ? "Directors" : "Director", film.directors),
      factOf("With", film.cast),
      factOf("About", film.keywords),
    ),
  );
}
