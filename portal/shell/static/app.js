/* What HTML alone does not do yet. Every page works without it. */
(() => {
  "use strict";

  // A link with data-dialog leads to a page; where the page brought the same as a dialog, the dialog opens instead.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    const dialog = link && document.getElementById(link.dataset.dialog);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });

  // The answer to a request is missing: say so where the answer would have been, and keep what was typed.
  document.addEventListener("htmx:error", (event) => {
    const form = event.target.closest?.("form");
    const place = form?.querySelector(".form__answer") ?? document.getElementById("flash");
    const sentence = document.getElementById("offline");
    if (!event.detail.ctx || event.detail.ctx.response || !place || !sentence) return;
    place.replaceChildren(sentence.content.cloneNode(true));
  });

  // A new attempt begins: the old answer is no longer true.
  document.addEventListener("htmx:before:request", (event) => {
    event.target.querySelector?.(".form__answer")?.replaceChildren();
  });

  // After a swap that took the focused element away, reading goes on where the change is told.
  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement !== document.body) return;
    const place = document.querySelector("[autofocus]") ?? document.getElementById("flash");
    if (!place) return;
    if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: place.id !== "flash" });
  });
})();
