/** The scrolling part of the page that node is in. */
function scrollerOf(node) {
  for (let at = node.parentElement; at; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) return at;
  return document.scrollingElement;
}

/** The film that the visitor has before their eyes. */
const seen = () => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("[data-film]");

/** Change the page above or below node so that node stays where the visitor sees it. */
function steadily(node, change) {
  const before = node?.getBoundingClientRect().top;
  change();
  const moved = node?.isConnected ? node.getBoundingClientRect().top - before : 0;
  if (moved) scrollerOf(node).scrollTop += moved;
}

/** The list "For you": a section of main, first where nothing is picked, last everywhere else. */
function forYou(model, main, pick) {
  const id = uid("for-you");
  const section = h("section", { class: "mr-for-you", "aria-labelledby": id });
  const films = listOf([], model.get("posters_url"), pick, id);
  const empty = h("p", { class: "mr-empty" });
  let drawn = null;

  const isFull = () => Boolean(model.get("for_you")?.films.length);
  const name = (tag) => {
    const heading = section.querySelector(".mr-list-name");
    if (heading?.localName === tag) return;
    const named = h(tag, { class: "mr-list-name", id, tabindex: -1 }, "For you");
    heading ? heading.replaceWith(named) : section.prepend(named);
  };
  /** Put the section where it belongs; what is there already is not touched. */
  const place = (first) => {
    if (model.get("for_you") !== drawn) draw();
    if (!drawn) return;
    name(first ? "h1" : "h2");
    const there = first ? main.firstElementChild : main.lastElementChild;
    if (there !== section) first ? main.prepend(section) : main.append(section);
  };
  /** Show what has changed. The focus of a card that goes is taken to the card that takes its place. */
  const draw = () => {
    const view = model.get("for_you");
    if (view === drawn) return;
    const begins = !drawn;
    drawn = view;
    if (!view) return section.remove();
    if (!section.isConnected) main.append(section);
    name(section.querySelector("h1") ? "h1" : "h2");
    const card = document.activeElement?.closest(".mr-card");
    const index = [...films.list.children].indexOf(card);
    steadily(card ?? seen(), () => {
      const fresh = films.show(view.films);
      if (!begins) fresh.forEach(({ movie_id: one }) => films.list.querySelector(`[data-film="${one}"]`).classList.add("mr-new"));
      empty.textContent = view.empty;
      const [shown, gone] = view.films.length ? [films.list, empty] : [empty, films.list];
      if (!shown.isConnected) section.append(shown);
      gone.remove();
    });
    if (index < 0 || card.isConnected) return;
    // Not to its buttons: who pressed a key twice would like a film that they have not seen yet.
    const next = films.list.children[Math.min(index, films.list.children.length - 1)];
    const goal = next?.isConnected ? next : section.querySelector(".mr-list-name");
    goal.tabIndex = -1;
    goal.focus({ preventScroll: true });
  };
  return { place, draw, isFull };
}
