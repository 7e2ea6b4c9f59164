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

  // The answer to a form is missing: say so where the answer would have been; what was typed is still there.
  document.addEventListener("htmx:error", (event) => {
    const place = event.target.closest?.("form")?.querySelector(".form__answer");
    const sentence = document.getElementById("offline");
    if (!event.detail.ctx || event.detail.ctx.response || !place || !sentence) return;
    place.replaceChildren(sentence.content.cloneNode(true));
  });

  // A new attempt begins: the old answer is no longer true.
  document.addEventListener("htmx:before:request", (event) => {
    event.target.querySelector?.(".form__answer")?.replaceChildren();
  });

  // A button is disabled while its form is under way, or replaced by the answer; either takes the focus away. Give it
  // back, or lead it to where the change is told. Fragments that refresh themselves must not move it.
  document.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
    if (target.contains?.(document.activeElement)) ctx.asked = document.activeElement;
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.asked) return;
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const place = ctx.asked.isConnected ? ctx.asked : document.getElementById("flash");
      if (!place) return;
      if (place.id === "flash") place.setAttribute("tabindex", "-1");
      place.focus();
    });
  });

  // A step that leaves behind what stands unsaved in other forms of its page says so first.
  document.addEventListener("submit", (event) => {
    const step = event.target.closest("[data-unsaved]");
    const typed = step && [...document.querySelectorAll("main textarea")].find((field) => field.value !== field.defaultValue);
    if (!typed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.textContent = step.dataset.unsaved;
    step.querySelector(".form__answer")?.replaceChildren(said);
    typed.focus();
  }, true);

  // A plain form is sent once by a double click. A moment later it may be sent again: the first try may have got lost.
  document.addEventListener("submit", (event) => {
    const { dataset } = event.target;
    if (event.defaultPrevented) return;
    if (Date.now() - Number(dataset.sent ?? 0) < 2000) event.preventDefault();
    else dataset.sent = Date.now();
  });

  // What somebody opened stays open when what stands in it is brought up to date.
  window.htmx?.registerExtension("open", {
    htmx_before_morph_attr: (element, { attrName, newValue }) =>
      !(element.localName === "details" && attrName === "open" && newValue === null),
  });

  // In another tab somebody went on for another organisation, or somebody else signed in: this page is of no use any
  // more, and says so before anybody goes on typing. Each page brings the words for its own organisation.
  const here = document.querySelector(".bar[data-place]")?.dataset.place;
  const words = document.getElementById("elsewhere");
  if (here && words && "BroadcastChannel" in window) {
    const tabs = new BroadcastChannel("hilfenetz");
    let isOver = false;
    tabs.addEventListener("message", ({ data }) => {
      isOver ||= data.place !== here; // to come back makes no old page new
      if (!isOver) return;
      const said = words.content.cloneNode(true);
      said.querySelector(".kern-title").textContent = data.title;
      document.getElementById("flash")?.replaceChildren(said);
    });
    tabs.postMessage({ place: here, title: words.content.querySelector(".kern-title").textContent });
  }
})();
