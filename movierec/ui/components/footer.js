// Without dom.js: the page's first script is shorter by all of it.
function render({ model, el }) {
  el.classList.add("movierec", "mr-footer");
  const text = document.createElement("p");
  text.append(
    model.get("posters_url") ? "Posters from TMDB. " : "",
    "This product uses the TMDB API but is not endorsed or certified by TMDB.",
  );
  el.appendChild(document.createElement("footer")).append(text);
}

export default { render };
