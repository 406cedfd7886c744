function render({ model, el }) {
  settle(el, "mr-footer");
  el.append(
    h(
      "footer",
      {},
      h(
        "p",
        {},
        model.get("posters_url") && "Posters from TMDB. ",
        "This product uses the TMDB API but is not endorsed or certified by TMDB.",
      ),
    ),
  );
}

export default { render };
