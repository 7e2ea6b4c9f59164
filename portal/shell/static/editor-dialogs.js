/* Tables and pictures in formatted text: what the editor asks for in a dialog, and how a picture gets to the portal. */
(() => {
  "use strict";
  if (!window.RichText) return;
  const FEWEST = 1;
  const MOST = { rows: 50, columns: 12 };

  const made = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });
  const answered = (dialog, deeds) => {
    dialog.onclick = ({ target }) => deeds[target.closest("[data-step]")?.dataset.step]?.();
    dialog.onkeydown = (event) => {
      if (event.key !== "Enter" || !event.target.matches("input:not([type=file])")) return;
      event.preventDefault();
      deeds.done();
    };
  };

  // The piece that is marked in the text, if it is of this kind.
  const marked = (editor, test) => {
    const [begin, end] = editor.getSelectedRange();
    const piece = end - begin === 1 ? editor.getDocument().getPieceAtPosition(begin)?.attachment : null;
    return piece && test(piece) ? piece : null;
  };
  const put = (editor, attributes, old, range) => {
    const place = old ? editor.getDocument().getRangeOfAttachment(old) : range;
    if (place) editor.setSelectedRange(place);
    editor.recordUndoEntry("Attachment");
    editor.insertAttachment(new Trix.Attachment(attributes));
  };

  const cellsOf = (content) => {
    const table = new DOMParser().parseFromString(content, "text/html").querySelector("table");
    return [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  };
  const tableOf = (cells) => {
    const table = made("table");
    const [head, ...body] = cells;
    const row = (texts, name) => {
      const line = made("tr");
      line.append(...texts.map((text) => made(name, text)));
      return line;
    };
    table.createTHead().append(row(head, "th"));
    table.createTBody().append(...body.map((texts) => row(texts, "td")));
    return table.outerHTML;
  };

  // Dialogs stand outside the form: what is typed in them is not sent with it. An editor may be there before this script.
  const dialogsOf = (field) => {
    if (!field || field.dialogs) return field?.dialogs;
    field.dialogs = {};
    for (const dialog of field.querySelectorAll("dialog")) {
      field.dialogs[dialog.dataset.asks] = dialog;
      document.body.append(dialog);
    }
    return field.dialogs;
  };

  const askForTable = (field, old) => {
    const { editor } = field.editor;
    const range = editor.getSelectedRange();
    const dialog = dialogsOf(field).table;
    const grid = dialog.querySelector(".tools__table");
    let cells = old ? cellsOf(old.getContent()) : [["", ""], ["", ""]];
    const empty = dialog.querySelector(".kern-error");
    const typed = () => [...grid.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("input")].map((one) => one.value));
    const draw = (row = 0, column = 0) => {
      const width = Math.max(...cells.map((line) => line.length), FEWEST);
      const table = made("table");
      cells.forEach((line, r) => {
        const place = table.insertRow();
        for (let c = 0; c < width; c += 1) {
          const input = Object.assign(made("input"), { value: line[c] || "", className: "kern-form-input__input" });
          input.setAttribute("aria-label", dialog.dataset.cell.replace("{row}", r + 1).replace("{column}", c + 1));
          place.insertCell().append(input);
        }
      });
      grid.replaceChildren(table);
      table.rows[Math.min(row, cells.length - 1)].cells[Math.min(column, width - 1)].firstChild.focus();
    };
    const change = (deed) => () => {
      cells = typed();
      deed();
      draw(cells.length - 1, cells[0].length - 1);
    };
    answered(dialog, {
      "add-row": change(() => cells.length < MOST.rows && cells.push(cells[0].map(() => ""))),
      "drop-row": change(() => cells.length > FEWEST && cells.pop()),
      "add-column": change(() => cells[0].length < MOST.columns && cells.forEach((line) => line.push(""))),
      "drop-column": change(() => cells[0].length > FEWEST && cells.forEach((line) => line.pop())),
      done: () => {
        cells = typed();
        empty.hidden = cells.some((line) => line.some((text) => text.trim()));
        if (!empty.hidden) return draw();
        dialog.close();
        put(editor, { content: tableOf(cells), contentType: "application/x-table" }, old, range);
        field.editor.focus();
      },
      cancel: () => dialog.close(),
    });
    empty.hidden = true;
    dialog.showModal();
    draw();
  };

  const sent = (field, file, onProgress) => {
    const form = field.closest("form");
    const body = new FormData();
    body.append("file", file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", ({ loaded, total }) => onProgress((100 * loaded) / total));
      request.addEventListener("load", () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // not the portal's answer: something between us and it refused
        }
        if (request.status < 300 && answer.url) resolve(answer);
        else reject(new Error(answer.detail || ""));
      });
      for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => reject(new Error("")));
      request.open("POST", form.querySelector("draft-keeper").dataset.pictures);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", form.elements._csrf_token.value);
      request.send(body);
    });
  };

  const sizeOf = (url) =>
    new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve({ width: picture.naturalWidth, height: picture.naturalHeight });
      picture.onerror = () => resolve({});
      picture.src = url;
    });

  const askForPicture = (field, old, given = null) => {
    const { editor } = field.editor;
    const range = editor.getSelectedRange();
    const dialog = dialogsOf(field).picture;
    const [choose, words] = dialog.querySelectorAll("input");
    const [progress, problem, done] = ["progress", ".kern-error", "[data-step=done]"].map((one) => dialog.querySelector(one));
    const say = (sentence) => {
      problem.lastElementChild.textContent = sentence;
      problem.hidden = !sentence;
    };
    say(given && !given.type.startsWith("image/") ? dialog.dataset.refused : "");
    choose.value = "";
    choose.hidden = Boolean(given) && problem.hidden;
    dialog.querySelector("[data-part=name]").textContent = choose.hidden ? given.name : "";
    dialog.querySelector("[data-part=file]").hidden = Boolean(old);
    words.value = old?.getAttribute("alt") || "";
    const finish = (attributes) => {
      dialog.close();
      put(editor, attributes, old, range);
      field.editor.focus();
    };
    const send = async () => {
      const file = choose.hidden ? given : choose.files[0];
      if (!file) return say(dialog.dataset.none);
      say("");
      progress.hidden = false;
      done.disabled = true;
      try {
        const { url } = await sent(field, file, (percent) => (progress.value = percent));
        finish({ contentType: "image", url, alt: words.value, ...(await sizeOf(url)) });
      } catch (error) {
        say(error.message || dialog.dataset.unreachable);
      } finally {
        progress.hidden = true;
        progress.value = 0;
        done.disabled = false;
      }
    };
    answered(dialog, {
      done: () => (old ? finish({ ...old.getAttributes(), alt: words.value }) : send()),
      cancel: () => dialog.close(),
    });
    dialog.showModal();
  };

  const ask = (field, name, piece, file) => {
    const kinds = {
      "x-table": [(one) => one.getContentType() === "application/x-table", askForTable],
      "x-picture": [(one) => one.isPreviewable(), askForPicture],
    };
    const [test, open] = kinds[name];
    open(field, piece || marked(field.editor.editor, test), file);
  };

  document.addEventListener("trix-initialize", ({ target }) => dialogsOf(target.closest("rich-text")));
  document.addEventListener("trix-action-invoke", ({ target, actionName }) => {
    if (actionName.startsWith("x-")) ask(target.closest("rich-text"), actionName);
  });
  // What is pasted or dropped goes the same way.
  document.addEventListener("trix-file-accept", (event) => {
    event.preventDefault();
    const field = event.target.closest("rich-text");
    if (field.querySelector('[data-asks="picture"]')) ask(field, "x-picture", null, event.file);
  });
  document.addEventListener("trix-attachment-before-toolbar", ({ target, toolbar, attachment }) => {
    const name = attachment.isPreviewable() ? "x-picture" : attachment.getContentType() === "application/x-table" && "x-table";
    if (!name) return;
    const field = target.closest("rich-text");
    const button = Object.assign(made("button", field.dataset.change), { type: "button" });
    button.addEventListener("click", () => ask(field, name, attachment));
    toolbar.querySelector(".trix-button-group").prepend(button);
  });
})();
