function render({ el }) {
  settle(el, "mr-footer");
  el.append(
    h(
      "footer",
      {},
      h("p", {}, "Posters from TMDB. This product uses the TMDB API but is not endorsed or certified by TMDB."),
    ),
  );
}

export default { render };
