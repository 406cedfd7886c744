/** About how wide a word is, in middling letters. */
function breadth(word) {
  const one = (letter) => (/[MWmw@%]/.test(letter) ? 1.5 : /[filjrtI'.:]/.test(letter) ? 0.65 : 1);
  return [...word].reduce((sum, letter) => sum + one(letter), 0);
}

const blankPoster = h(
  "span",
  { class: "mr-poster", "aria-hidden": "true" },
  h("span", { class: "mr-motif" }),
  h("span", { class: "mr-poster-title", dir: "auto" }),
  h("span", { class: "mr-poster-facts" }, " ", h("span", { class: "mr-poster-genre" })), // " " is for the year
);

/** Draw film's poster on node; a real one, if there is one at url, fades in over it. Nothing moves when it does. */
function drawPoster(node, film, url) {
  const [, title, facts] = node.children;
  const longest = Math.max(...film.title.split(/[\s-]+/).map(breadth), 1);
  // In hundredths of the poster's width: short titles large, the longest word still on one line. Whole ones, because a
  // browser keeps the shapes of words for each size of letters: with a size for each title it would keep none.
  const size = Math.floor(Math.max(6, Math.min(17, 112 / longest, 56 / Math.sqrt(film.title.length))));
  node.style.setProperty("--hue", film.hue);
  node.style.setProperty("--size", `${size / 10}em`);
  node.dataset.motif = film.motif;
  title.textContent = film.title;
  facts.firstChild.data = film.year ?? "";
  facts.lastChild.textContent = film.year && film.genre ? ` · ${film.genre}` : film.genre;
  if (url) {
    const image = h("img", { class: "mr-photo", loading: "lazy", decoding: "async", alt: "", draggable: "false" });
    image.addEventListener("load", () => image.classList.add("mr-loaded"));
    image.addEventListener("error", () => image.remove());
    image.src = url + film.movie_id;
    node.append(image);
  }
  return node;
}

const poster = (film, url) => drawPoster(blankPoster.cloneNode(true), film, url);
