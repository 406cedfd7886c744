/** About how wide a word is, in middling letters. */
function breadth(word) {
  const one = (letter) => (/[MWmw@%]/.test(letter) ? 1.5 : /[filjrtI'.:]/.test(letter) ? 0.65 : 1);
  return [...word].reduce((sum, letter) => sum + one(letter), 0);
}

/** Draw a film's poster; a real one, if there is one at url, fades in over it. Nothing moves when it does. */
function poster(film, url) {
  const longest = Math.max(...film.title.split(/[\s-]+/).map(breadth), 1);
  // In hundredths of the poster's width: short titles large, the longest word still on one line.
  const size = Math.max(6.5, Math.min(17, 112 / longest, 56 / Math.sqrt(film.title.length)));
  const node = h(
    "span",
    { class: "mr-poster", "--hue": film.hue, "--size": `${size}cqi`, "data-motif": film.motif, "aria-hidden": "true" },
    h("span", { class: "mr-motif" }),
    h("span", { class: "mr-poster-title", dir: "auto" }, film.title),
    h(
      "span",
      { class: "mr-poster-facts" },
      film.year ? h("span", {}, String(film.year)) : null,
      film.genre ? h("span", { class: "mr-poster-genre" }, film.genre) : null,
    ),
  );
  if (url) {
    const image = h("img", { class: "mr-photo", loading: "lazy", decoding: "async", alt: "", draggable: "false" });
    image.addEventListener("load", () => image.classList.add("mr-loaded"));
    image.addEventListener("error", () => image.remove());
    image.src = url + film.movie_id;
    node.append(image);
  }
  return node;
}
