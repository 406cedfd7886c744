// The way in for who is signed in already: the server has put a ticket in the page, which the kernel takes for a login.

/** Take the ticket out of the page: empty when the server could not make one, null when nobody is signed in. */
function takeTicket() {
  const element = document.getElementById("movierec-ticket");
  element?.remove();
  return element && String(JSON.parse(element.textContent).ticket);
}

/** Hand the kernel a ticket in a message of kind; returns why it is not taken, or null once the door is closed: they are in. */
const present = ({ model, el, signal }, ticket, kind) =>
  new Promise((resolve) => {
    const over = (reply) => {
      stop();
      resolve(reply);
    };
    const stop = answers(model, el, { refused: over, failed: over });
    signal.addEventListener("abort", () => over(null), { once: true });
    send(model, el, { kind, ticket }); // without a kernel the page says so itself, and only a reload helps
  });

/** Come in with a ticket, or with another one if it is worth nothing; returns as present() does. */
async function comeIn(view, ticket, kind = "ticket") {
  const reply = ticket ? await present(view, ticket, kind) : { kind: "refused" };
  if (reply?.kind !== "refused") return reply;
  const other = await request(view.model, "ticket");
  if (view.signal.aborted) return null;
  if (other.ticket) return present(view, other.ticket, kind);
  return other.status === 401 ? reply : other;
}

/**
 * Nobody is here any more: the address does not tell where they were, and Back passes over all their places, as place.js has
 * left them. Returns how to stop.
 */
function leaveNoTrace() {
  if (!isAlone()) return () => {};
  const isPast = () => Boolean(history.state?.visit);
  if (isPast()) history.pushState(null, "", addressOfPage()); // and no Forward leads to them
  const pass = () => isPast() && history.back();
  addEventListener("popstate", pass);
  return () => removeEventListener("popstate", pass);
}
