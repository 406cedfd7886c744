// The way of forms with passwords: to the server where it has one for them, else to the kernel; the answers are the same.

const PLACES = { log_in: "login", sign_up: "signup" }; // the others are called as they are
const SORRY = "Something went wrong on our side. Please try again.";
const UNREACHED = "We cannot be reached right now. Check your connection and try again.";
const NO_PLACE = "This page has lost its place. Reload it to go on.";

const atServer = (model, place, more) =>
  fetch(`${model.get("login_url")}${place}`, { credentials: "same-origin", cache: "no-store", redirect: "error", ...more });

/** Post fields to the server; returns its answer, whatever happens, with its status. */
async function request(model, place, fields = {}) {
  const { kernel_id } = JSON.parse(document.getElementById("movierec-page").textContent);
  const headers = { "Content-Type": "application/json", "X-Movierec": "1" };
  const body = JSON.stringify({ ...fields, kernel_id });
  const answer = await atServer(model, place, { method: "POST", headers, body }).catch(() => null);
  if (!answer) return { kind: "failed", text: UNREACHED, status: 0 };
  const reply = await answer.json().catch(() => null);
  const { status } = answer;
  if (reply && typeof reply === "object") return { ...reply, status };
  const lost = status === 403 || status === 404;
  return { kind: "failed", text: lost ? NO_PLACE : SORRY, reload: lost, status };
}

/** End the login that the browser's cookie stands for, where there is one; also while the page is being left. */
function leave(model) {
  if (!model.get("login_url")) return;
  atServer(model, "login", { method: "DELETE", headers: { "X-Movierec": "1" }, keepalive: true }).catch(() => {});
}

/** Hand in a form; its answer comes to what answers() hears. Returns whether it went. */
function ask(model, el, kind, fields) {
  if (!model.get("login_url")) return send(model, el, { kind, ...fields });
  request(model, PLACES[kind] ?? kind, fields).then((reply) => answer(el, reply));
  return true;
}
