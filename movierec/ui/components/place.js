// Where the visitor is, in the page's address: a film (#603), a mix (#603+949), the profile. So the browser's Back and Forward,
// a reload, and a link that somebody keeps or sends lead there.

const PROFILE = "#profile";
const FILMS = /^#-?\d{1,9}(\+-?\d{1,9}){0,5}$/;

/** The address of what is shown; the beginning has none. */
const hashOf = (view) => {
  const films = view.pick ? [view.pick] : view.mix;
  return films.length ? `#${films.map((film) => film.movie_id).join("+")}` : "";
};

/** What the address asks for: the profile, films, or, whatever else it says, the beginning. */
const wanted = () => {
  const { hash } = location;
  return hash === PROFILE ? hash : FILMS.test(hash) ? `#${[...new Set(hash.slice(1).split("+"))].join("+")}` : "";
};

const write = (how, state, hash) => history[how](state, "", hash || `${location.pathname}${location.search}`);

/**
 * Keep the address the one of what is shown, and call go(hash) when the visitor wants to be elsewhere. In a notebook the
 * address is not ours, and nothing is done.
 */
function whereabouts(go) {
  if (document.body.dataset.voila !== "voila")
    return { first: "", show() {}, uncover() {}, stay() {}, back: (ask) => ask(), end() {} };
  const { title } = document;
  let shown = "";
  let asked = wanted() || null; // the address that was gone to, until that is shown
  const depth = () => history.state?.depth ?? 0; // entries of ours that are before this one
  const turn = () => {
    asked = wanted();
    if (asked !== shown) return go(asked);
    asked = null;
  };
  /** This is shown; returns what was before. */
  const note = (hash, name) => {
    const before = shown;
    [shown, asked] = [hash, null];
    document.title = name ? `${name} · ${title}` : title;
    return before;
  };
  history.scrollRestoration = "manual";
  addEventListener("popstate", turn);
  return {
    first: asked ?? "",
    /** This is shown now. */
    show(hash, name) {
      if (asked !== null && asked !== hash) return; // what was asked for before; another answer comes
      const wasAsked = asked !== null;
      const before = note(hash, name);
      if (location.hash === hash) return;
      if (wasAsked) write("replaceState", history.state, hash);
      else write("pushState", { depth: depth() + 1, before }, hash);
    },
    /** What was over the films is closed. */
    uncover(hash, name) {
      const before = history.state?.before;
      note(hash, name);
      if (location.hash === hash) return;
      if (depth() && before === hash) history.back();
      else write("replaceState", history.state, hash);
    },
    /** What was asked for does not come. */
    stay() {
      asked = null;
      if (location.hash !== shown) write("replaceState", history.state, shown);
    },
    /** Go back to the films before: by the browser, where that is where it would go, else by asking. */
    back: (ask) => (depth() && FILMS.test(history.state.before) ? history.back() : ask()),
    /** Nobody is here any more: the address tells nothing of where they were. */
    end() {
      removeEventListener("popstate", turn);
      document.title = title;
      const clean = () => write("replaceState", null, "");
      if (!depth()) return clean();
      addEventListener("popstate", clean, { once: true });
      history.go(-depth());
    },
  };
}
