/* The editor of formatted text: Trix, with the words, tools and paragraphs of the portal. Without it, a field for text. */
(() => {
  "use strict";
  if (!window.Trix) return;

  // Paragraphs are paragraphs and headings stand below the page's own; what the history compares is made of them.
  const { blockAttributes, textAttributes, attachments, lang } = Trix.config;
  Object.assign(blockAttributes.default, { tagName: "p", breakOnReturn: true });
  blockAttributes.heading1.tagName = "h2";
  blockAttributes.heading2 = { ...blockAttributes.heading1, tagName: "h3" };
  blockAttributes.heading3 = { ...blockAttributes.heading1, tagName: "h4" };
  for (const tagName of ["code", "sub", "sup"]) textAttributes[`${tagName}Text`] = { tagName, inheritable: true };
  attachments.preview.presentation = null;
  attachments.preview.caption = { name: false, size: false };
  Trix.Block.prototype.breaksOnReturn = function () {
    return Boolean(blockAttributes[this.getLastAttribute() || "default"]?.breakOnReturn);
  };
  Trix.LineBreakInsertion.prototype.shouldInsertBlockBreak = function () {
    if (this.block.isListItem() && !this.block.isEmpty()) return this.startLocation.offset !== 0;
    return this.breaksOnReturn && !this.shouldBreakFormattedBlock();
  };

  const OURS = /^\/inhalte\/[0-9a-f-]{36}\/(datei|bild)(\?[a-z0-9=&]*)?$/;
  const BLOCKS = "p, div, h1, h2, h3, h4, li, blockquote, pre, ul, ol";

  const escaped = (text) => {
    const place = document.createElement("p");
    place.textContent = text;
    return place.innerHTML.replaceAll("\n", "<br>");
  };
  const paragraphs = (text) =>
    text.split(/\n[^\S\n]*\n\s*/).map((part) => part.trim()).filter(Boolean).map((part) => `<p>${escaped(part)}</p>`).join("");

  // What is pasted brings formats of its own. No page here may have them: the browser refuses each, and complains of it.
  const unstyled = (html) =>
    html
      .replace(/<style\b[^]*?(<\/style>|$)/gi, "")
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'])style\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "$1"));
  const withoutStyles = (data) => ({
    types: data.types,
    files: data.files,
    items: data.items,
    getData: (type) => (type === "text/html" ? unstyled(data.getData(type)) : data.getData(type)),
  });

  const attached = (page, element, attachment, caption) => {
    const figure = page.createElement("figure");
    figure.dataset.trixAttachment = JSON.stringify(attachment);
    if (caption) figure.dataset.trixAttributes = JSON.stringify({ caption });
    element.replaceWith(figure);
  };

  // Tables, lines and pictures as Trix keeps them: each as one piece. What else it does not know it leaves out.
  const prepared = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = (selector) => [...page.body.querySelectorAll(selector)].filter((one) => !one.closest("[data-trix-attachment]"));
    for (const heading of found("h1, h5, h6")) {
      const level = page.createElement(heading.localName === "h1" ? "h2" : "h4");
      level.append(...heading.childNodes);
      heading.replaceWith(level);
    }
    for (const piece of found("table, hr")) {
      if (piece.parentElement.closest("table")) continue;
      const whole = piece.closest("figure") || piece;
      attached(page, whole, { content: piece.outerHTML, contentType: `application/x-${piece.localName}` });
    }
    for (const picture of found("img")) {
      const url = picture.getAttribute("src") || "";
      const figure = picture.closest("figure");
      const known = { contentType: "image", url, alt: picture.alt };
      for (const side of ["width", "height"]) if (picture.getAttribute(side)) known[side] = Number(picture.getAttribute(side));
      if (OURS.test(url)) attached(page, figure || picture, known, figure?.querySelector("figcaption")?.textContent.trim());
      else picture.remove();
    }
    for (const space of found(BLOCKS)) if (space.previousSibling?.nodeType === 3 && !space.previousSibling.data.trim()) space.previousSibling.remove();
    return page.body.innerHTML;
  };

  // What people leave out of an address is added; null: it is none. The portal says the same of links (rules.link_of).
  const HOST = String.raw`(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,63}`;
  const WHOLE = /^((https?:\/\/|mailto:|tel:)\S+|\/(?![/\\])\S*)$/i;
  const MAIL = new RegExp(String.raw`^[^\s@/?#:]+@${HOST}$`, "u");
  const WEB = new RegExp(String.raw`^${HOST}(:\d{1,5})?([/?#]\S*)?$`, "u");
  const linkOf = (typed) => {
    const address = typed.trim();
    if (WHOLE.test(address)) return address;
    if (MAIL.test(address)) return `mailto:${address}`;
    return WEB.test(address) ? `https://${address}` : null;
  };

  class RichText extends HTMLElement {
    connectedCallback() {
      if (this.editor) return;
      Object.assign(lang, { remove: this.dataset.remove, captionPlaceholder: this.dataset.caption });
      this.source = this.querySelector("textarea");
      this.source.value = "plain" in this.dataset ? paragraphs(this.source.value) : prepared(this.source.value);
      const tools = document.createElement("trix-toolbar");
      this.editor = document.createElement("trix-editor");
      const id = this.source.id;
      this.source.id = `${id}-quelltext`;
      this.source.hidden = true;
      tools.id = `${id}-werkzeuge`;
      tools.append(this.querySelector("template").content.cloneNode(true));
      const given = { id, input: this.source.id, toolbar: tools.id, "aria-labelledby": `${id}-label`, "aria-multiline": "true" };
      for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) given[name] = this.source.getAttribute(name);
      for (const [name, value] of Object.entries(given)) if (value !== null) this.editor.setAttribute(name, value);
      this.editor.className = `prose ${this.source.className}`;
      this.append(tools, this.editor);
      this.#reach(tools);
      this.#checkLinks(tools);
      const takeStyles = (event) => {
        if (event.dataTransfer) Object.defineProperty(event, "dataTransfer", { value: withoutStyles(event.dataTransfer) });
      };
      this.addEventListener("beforeinput", takeStyles, true);
      this.addEventListener("trix-before-paste", ({ paste }) => {
        if (paste.html) paste.html = prepared(paste.html);
      });
    }

    // Before Trix sets a link: it would say nothing in words of what is no address.
    #checkLinks(tools) {
      const link = tools.querySelector("[name=href]");
      const problem = link.parentElement.querySelector(".kern-error");
      const say = (isWrong) => {
        problem.hidden = !isWrong;
        link.toggleAttribute("aria-invalid", isWrong);
        if (isWrong) link.setAttribute("aria-invalid", "true");
      };
      const check = (event) => {
        const found = linkOf(link.value);
        say(found === null);
        if (found !== null) return void (link.value = found);
        event.preventDefault();
        event.stopPropagation();
        link.focus();
      };
      tools.addEventListener("click", (event) => event.target.closest("[data-trix-method=setAttribute]") && check(event), true);
      tools.addEventListener("keydown", (event) => event.key === "Enter" && event.target === link && check(event), true);
      link.addEventListener("input", () => say(false));
      this.addEventListener("trix-toolbar-dialog-show", () => say(false));
    }

    // One stop for the keyboard, arrows between the buttons. Trix itself listens to the mouse alone.
    #reach(tools) {
      const buttons = () => [...tools.querySelectorAll(".tools__button:not(:disabled)")];
      const all = [...tools.querySelectorAll(".tools__button")];
      const stop = (button) => all.forEach((one) => one.setAttribute("tabindex", one === button ? "0" : "-1"));
      stop(all[0]);
      tools.addEventListener("focusin", ({ target }) => target.matches(".tools__button") && stop(target));
      tools.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
        if (!step || !event.target.matches(".tools__button")) return;
        event.preventDefault();
        const open = buttons();
        const place = Math.min(Math.max(open.indexOf(event.target) + step, 0), open.length - 1);
        open[place].focus();
      });
      tools.addEventListener("click", (event) => {
        const button = event.target.closest(".tools__button");
        if (button && event.detail === 0) button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
      });
      new MutationObserver((changes) => {
        for (const { target } of changes) target.setAttribute("aria-pressed", target.hasAttribute("data-trix-active"));
        if (!buttons().some((one) => one.tabIndex === 0)) stop(buttons()[0]);
      }).observe(tools, { subtree: true, attributeFilter: ["data-trix-active", "disabled"] });
    }
  }
  window.RichText = RichText;
  customElements.define("rich-text", RichText);
})();
