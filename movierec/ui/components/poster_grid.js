const SKELETON_MS = 150; // a shorter wait is not worth a flicker

/** Shapes where films will be, with the title of the one that was picked. */
function skeleton(title) {
  const bone = (name) => h("span", { class: `mr-bone ${name}` });
  const card = () => h("div", { class: "mr-card" }, bone("mr-bone-poster"), bone("mr-bone-line"));
  return [
    h(
      "section",
      { class: "mr-pick", "aria-hidden": "true" },
      h("div", { class: "mr-pick-poster" }, bone("mr-bone-poster")),
      h(
        "div",
        { class: "mr-pick-text" },
        h("p", { class: "mr-bone-title", dir: "auto" }, title),
        bone("mr-bone-line"),
        bone("mr-bone-text"),
      ),
    ),
    h("div", { class: "mr-grid", "aria-hidden": "true" }, Array.from({ length: 10 }, card)),
  ];
}

function render({ model, el }) {
  settle(el, "mr-films");
  const picked = h("div", { class: "mr-picked" });
  const main = h("main", { class: "mr-column" }, picked);
  el.append(main);
  let timer = null;
  let asked = false;
  let cancel = () => {};
  let landing = 0;
  const spots = new Map(); // place -> how far its page was scrolled, and the film that they left it by
  let returning = false;
  let mixing = false;

  const rest = () => {
    clearTimeout(timer);
    cancel();
    asked = false;
    main.removeAttribute("aria-busy");
  };
  const leave = () => {
    const film = document.activeElement.closest(".mr-card")?.dataset.film;
    spots.set(hashOf(drawn), { top: scrollerOf(main).scrollTop, film });
  };
  const wait = ({ title = "" }) => {
    if (drawn && !asked && !el.hidden) queueMicrotask(leave); // once the question is on its way
    rest();
    asked = true;
    main.setAttribute("aria-busy", "true");
    timer = setTimeout(() => {
      if (!title) return;
      picked.replaceChildren(...skeleton(title));
      yours.place(false);
    }, SKELETON_MS);
    cancel = patience(() => {
      recover();
      tellOfSilence(el);
    });
  };
  const ask = (message, title) => {
    if (asked) return;
    wait({ title });
    send(model, el, message);
  };
  /** The film that is clicked while one is being chosen for a mix is the one. */
  const pick = (film) => ask({ kind: mixing ? "mix" : "pick", movie_id: film.movie_id }, mixing ? "Your mix" : film.title);
  const takeOut = (film) => ask({ kind: "take_out", movie_id: film.movie_id }, "Your mix");
  const mix = () => {
    mixing = true;
    const leave = () => {
      mixing = false;
      picked.querySelector(".mr-mixer")?.focus();
    };
    tell(el, "mix", { names: model.get("view").names, leave });
  };
  const thoughts = thinker(model, el, (id, value, { byKey }) => {
    // What is hidden takes no focus: behind the profile it is the profile's heading.
    const button = el.hidden ? null : main.querySelector(`[data-film="${id}"] [data-value="${value}"]`);
    const headings = [...pageOf(el).querySelectorAll("h1")];
    // Who uses keys has to see where they are; who uses a mouse stays where they have scrolled to.
    (button ?? headings.find((one) => one.getClientRects().length))?.focus({ preventScroll: !byKey });
  });
  const yours = forYou(model, main, pick);

  /** The visitor wants to be at another place than what is shown. */
  const go = (hash) => {
    returning = true;
    wait({ title: hash === PROFILE ? "" : " " });
    send(model, el, hash === PROFILE ? { kind: "profile" } : { kind: "go_to", films: hash.slice(1) });
  };
  const place = whereabouts(model.get("visits"), go);
  let drawn = null;
  const draw = () => {
    rest();
    const view = (drawn = model.get("view"));
    const url = model.get("posters_url");
    const id = uid("films");
    const back = () => place.back(`#${view.back_to}`, () => {
      returning = true;
      ask({ kind: "back" }, view.back);
    });
    const alone = !view.pick && !view.mix.length;
    const first = alone && yours.isFull();
    const { list } = listOf(view.films, url, pick, id);
    picked.replaceChildren(
      ...[
        view.back ? h("button", { type: "button", class: "mr-back", onclick: back }, arrow(), `Back to ${view.back}`) : null,
        view.pick ? pickOf(view.pick, url, mix) : null,
        view.mix.length ? mixOf(view, url, { pick, mix, takeOut }) : null,
        h(alone && !first ? "h1" : "h2", { class: "mr-list-name", id, tabindex: -1, dir: "auto" }, view.heading),
        view.films.length ? list : h("p", { class: "mr-empty" }, view.empty),
      ].filter(Boolean),
    );
    yours.place(first);
    thoughts.paint();
  };
  /** No films will come: those from before can be picked again, and the focus stays as near as can be. */
  const recover = () => {
    if (!asked) return;
    returning = false;
    place.stay();
    if (drawn && !main.querySelector(".mr-bone")) return rest();
    draw();
    if (document.activeElement === document.body) main.querySelector("h1").focus({ preventScroll: true });
  };
  /**
   * After a pick the visitor is at the film picked: focus, view, and a word for who listens. Who comes back is where
   * they were, at the film by which they went.
   */
  const arrive = () => {
    mixing = false;
    draw();
    place.show(hashOf(drawn), drawn.names);
    el.hidden = model.get("hidden");
    tell(el, "idle");
    tell(el, "arrive");
    tell(el, "say", { text: model.get("view").say, quiet: true });
    settleDown(returning);
    returning = false;
    place.move();
  };
  // In the next frame, which measures the page anyway; at once it would be measured twice.
  const settleDown = (back) => {
    cancelAnimationFrame(landing);
    const spot = back && spots.get(hashOf(drawn));
    landing = requestAnimationFrame(() => typing() || (spot ? alight(spot) : land()));
  };
  const alight = ({ top, film }) => {
    const left = main.querySelector(`.mr-picked [data-film="${film}"] .mr-film`);
    (left ?? main.querySelector("h1")).focus({ preventScroll: true });
    scrollerOf(main).scrollTop = top;
  };
  const land = () => {
    main.querySelector("h1").focus({ preventScroll: true });
    bringBack(main);
  };
  const hide = () => {
    rest();
    returning = false; // the way here may have been the browser's Forward; the next pick is none
    if (drawn && !el.hidden) leave();
    if (model.get("hidden")) place.show(PROFILE, "Profile");
    el.hidden = model.get("hidden");
    if (el.hidden) return place.move();
    if (model.get("view") !== drawn) return; // they arrive somewhere else
    place.uncover(hashOf(drawn), drawn.names);
    settleDown(true);
  };
  const change = () => {
    yours.draw();
    thoughts.paint();
  };
  if (!place.begin(model.get("hidden") ? PROFILE : hashOf(model.get("view")))) draw();
  el.hidden = model.get("hidden");
  model.on("change:view", arrive);
  model.on("change:for_you", change);
  model.on("change:hidden", hide);
  const stops = [thoughts.end, hear(el, "wait", wait), hear(el, "idle", recover)];
  return () => {
    rest();
    place.end();
    cancelAnimationFrame(landing);
    model.off("change:view", arrive);
    model.off("change:for_you", change);
    model.off("change:hidden", hide);
    stops.forEach((stop) => stop());
  };
}

export default { render };
