/* Titles while somebody types: a combobox over the search box. Without script the box is a form like any other. */
(() => {
  "use strict";

  for (const place of document.querySelectorAll("[data-search]")) {
    const input = place.querySelector(".search__input");
    const list = place.querySelector(".search__list");
    if (!input || !list) continue;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
      .forEach(([name, value]) => input.setAttribute(name, value));

    const open = (isOpen) => {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) choose(null);
    };
    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
    };
    const go = (option) => window.location.assign(option.dataset.address);
    const step = (by) => {
      const all = options();
      const at = all.indexOf(chosen()) + by;
      choose(by < 0 && at === -2 ? all.at(-1) : all[at] ?? null);
    };

    // Two boxes may stand on one page: the names of options are made different.
    new MutationObserver(() => {
      options().forEach((option, number) => { option.id = `${list.id}-${number}`; });
      open(document.activeElement === input && input.value.trim() !== "" && options().length > 0);
    }).observe(list, { childList: true });

    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) { open(false); event.preventDefault(); }
      if (event.key === "Enter" && !list.hidden && chosen()) { go(chosen()); event.preventDefault(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      if (list.hidden && options().length) open(true);
      if (list.hidden) return;
      step(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    });
    input.addEventListener("input", () => { if (!input.value.trim()) open(false); });
    input.addEventListener("blur", () => open(false));
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(option);
    });
  }
})();
