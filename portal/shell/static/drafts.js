/* While somebody types: what is not saved yet is kept on the portal, and the lock lasts as long as they are at it. */
(() => {
  "use strict";
  const PAUSE_MS = 1500; // of typing, before it is kept
  const LONGEST_MS = 15000; // that anything typed is not kept
  const STILL_THERE_MS = 240000; // well below the ten minutes after which a lock ends

  class DraftKeeper extends HTMLElement {
    connectedCallback() {
      this.form = this.closest("form");
      this.ending = new AbortController();
      const listening = { signal: this.ending.signal };
      for (const name of ["input", "change", "trix-change"]) this.form.addEventListener(name, (event) => this.#typed(event), listening);
      for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => (this.active = true), listening);
      this.form.addEventListener("submit", () => this.#send(), listening);
      this.form.addEventListener("click", ({ target }) => target.closest("[type=submit]") && this.#pause(), listening);
      window.addEventListener("pagehide", () => this.#leave(), listening);
      // Only while somebody is there: a forgotten window must keep neither a lock nor a session.
      this.pulse = setInterval(() => {
        if (this.active && this.dataset.leave) this.#keep();
        this.active = false;
      }, STILL_THERE_MS);
    }

    disconnectedCallback() {
      this.ending.abort();
      this.#pause();
      clearInterval(this.pulse);
    }

    #typed({ type, target }) {
      // Trix tells of the text it begins with as well.
      if (type === "trix-change" && !target.contains(document.activeElement)) return;
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.#keep(), PAUSE_MS);
      this.late ||= setTimeout(() => this.#keep(), LONGEST_MS);
    }

    #keep() {
      this.#pause();
      if (document.querySelector("#flash .stale")) return; // the page belongs to another sign-in
      this.form.querySelector(".form__answer [data-signed-out]")?.remove(); // asked anew, and said here if it is so
      this.dispatchEvent(new CustomEvent("zwischenstand"));
    }

    // The answer to saving says all there is to say; what was said while typing would say it twice.
    #send() {
      this.#pause();
      this.replaceChildren();
    }

    #pause() {
      clearTimeout(this.soon);
      clearTimeout(this.late);
      this.late = 0;
    }

    #leave() {
      if (!this.dataset.leave) return;
      const token = new FormData();
      token.append("_csrf_token", this.form.elements._csrf_token.value);
      navigator.sendBeacon(this.dataset.leave, token);
    }
  }
  customElements.define("draft-keeper", DraftKeeper);
})();
