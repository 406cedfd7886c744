/** The picked film with what is known about it. Facts that are not known take no room. */
function pickOf(film, url) {
  const fact = (name, values) => {
    if (!values.length) return null;
    const each = values.map((value) => h("span", { class: "mr-fact", dir: "auto" }, value));
    return h("div", {}, h("dt", {}, name), h("dd", {}, each));
  };
  return h(
    "section",
    { class: "mr-pick", "--hue": film.hue },
    h("div", { class: "mr-pick-poster" }, poster(film, url)),
    h(
      "div",
      { class: "mr-pick-text" },
      h("h1", { tabindex: -1, dir: "auto" }, film.title),
      film.original_title ? h("p", { class: "mr-original", dir: "auto" }, film.original_title) : null,
      h("p", { class: "mr-meta" }, film.meta.map((one) => h("span", {}, one))),
      film.tagline ? h("p", { class: "mr-tagline", dir: "auto" }, film.tagline) : null,
      film.overview ? h("p", { class: "mr-overview", dir: "auto" }, film.overview) : null,
    ),
    h(
      "dl",
      { class: "mr-facts" },
      fact(film.directors.length > 1 ? "Directors" : "Director", film.directors),
      fact("With", film.cast),
      fact("About", film.keywords),
    ),
  );
}
