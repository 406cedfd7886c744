/** A heading that opens what is below it, with a note beside it. */
function disclosure(label, note, content) {
  const id = uid("more");
  const about = note && h("span", { class: "mr-open-note", id: `${id}-note`, dir: "auto" }, note);
  const button = h("button", { type: "button", class: "mr-open", "aria-controls": id }, label);
  if (about) button.setAttribute("aria-describedby", about.id);
  const panel = h("div", { class: "mr-opened", id }, content);
  const open = (opened) => {
    panel.hidden = !opened;
    button.setAttribute("aria-expanded", String(opened));
  };
  button.addEventListener("click", () => open(panel.hidden));
  open(false);
  const node = h("div", { class: "mr-more" }, h("h3", {}, button), about, panel);
  /** Close it when what it was opened for is done; whoever did it, and is still there, goes on from its heading. */
  const close = (there) => {
    open(false);
    if (there) button.focus();
  };
  return { node, button, note: about, close };
}
