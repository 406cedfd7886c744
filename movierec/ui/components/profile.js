function choices(genres, chosen) {
  const option = (value, text) => h("option", { value, selected: value === chosen }, text);
  return h("select", {}, option("", "No favourite yet"), genres.map((genre) => option(genre, genre)));
}

function render({ model, el }) {
  settle(el, "mr-profile");
  const genre = field({
    label: "Favourite genre",
    name: "favorite_genre",
    control: choices(model.get("genres"), model.get("favorite_genre")),
    hint: "Next time some of its best-known films come first.",
  });
  const film = field({
    label: "Favourite film",
    name: "favorite_movie",
    value: model.get("favorite_movie"),
    hint: "With its year, like “Heat (1995)”. We offer it to you next time.",
    autocomplete: "off",
    spellcheck: "false",
    dir: "auto",
  });
  const offers = h("ul", { class: "mr-offers", role: "list", "aria-label": "Films you may mean", hidden: true });
  film.node.append(offers);
  let seq = 0;
  let sent = ""; // the film that is being saved

  const made = form({
    fields: [genre, film],
    action: "Save",
    submit: (values) => {
      offer([]);
      seq += 1;
      sent = values.favorite_movie;
      return send(model, el, { kind: "save", ...values, favorite_movie: sent.slice(0, 1000) });
    },
  });
  const offer = (labels) => {
    const choose = (label) => () => {
      film.input.value = label;
      film.fail();
      offer([]);
      film.input.focus();
    };
    offers.hidden = !labels.length;
    offers.replaceChildren(
      ...labels.map((label) => {
        const offered = { type: "button", class: "mr-offer", dir: "auto", onclick: choose(label) };
        return h("li", {}, h("button", offered, label));
      }),
    );
  };
  film.input.addEventListener("input", () => {
    seq += 1;
    if (film.input.value.trim()) send(model, el, { kind: "suggest", seq, text: film.input.value.slice(0, 1000) });
    else offer([]);
  });

  const title = uid("profile");
  const line = (name, trait) =>
    model.get(trait) && h("div", {}, h("dt", {}, name), h("dd", { dir: "auto", "data-of": trait }, model.get(trait)));
  const moved = () => el.querySelector("[data-of=email]")?.replaceChildren(model.get("email"));
  const leave = () => send(model, el, { kind: "close" });
  el.append(
    h(
      "main",
      { class: "mr-column" },
      h("button", { type: "button", class: "mr-back", onclick: leave }, arrow(), "Back to the films"),
      h(
        "section",
        { class: "mr-card-wide", "aria-labelledby": title },
        h("div", { class: "mr-me" },
          h("span", { class: "mr-initial", "aria-hidden": "true" }, [...model.get("username")][0] ?? ""),
          h("h1", { id: title, tabindex: -1 }, "Profile"),
          h("dl", {}, line("Username", "username"), line("Email", "email"), line("Member since", "since")),
        ),
        h("div", { class: "mr-likes" }, h("h2", {}, "What you like best"), made.node),
      ),
    ),
  );
  // Once it is in the page: the visitor asked for it, so they are taken there.
  const notYet = whenShown(el, () => {
    if (typing()) return;
    el.querySelector("h1").focus({ preventScroll: true });
    bringBack(el.querySelector("main"));
  });

  const stop = answers(model, el, {
    saved: ({ favorite_movie: label }) => {
      made.done();
      if (film.input.value === sent) film.input.value = label; // else they are typing another
      tell(el, "say", { text: "Saved" });
    },
    problems: ({ problems }) => {
      made.done();
      made.problems(problems);
    },
    suggestions: ({ seq: asked, films }) => {
      // Who has written a film's whole name needs no offers: they would move "Save" away under the pointer.
      if (asked === seq) offer(films.includes(film.input.value.trim()) ? [] : films);
    },
    failed: ({ text }) => {
      made.done();
      made.fail(text);
    },
  });
  model.on("change:email", moved);
  return () => {
    stop();
    made.stop();
    notYet();
    model.off("change:email", moved);
  };
}

export default { render };
