/* Uploading in parts, with progress, that goes on after an interruption. Without it the form is posted as it is. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  if (!form || !window.fetch || !Blob.prototype.slice) return;
  const list = form.querySelector("[data-uploads]");
  const row = document.getElementById("upload-zeile").content.firstElementChild;
  const words = document.getElementById("upload-worte").content;
  const token = form.elements._csrf_token.value;
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  const patience = [1, 2, 4, 8, 15, 30, 30, 30, 30, 30];

  const say = (name) => words.querySelector(`[data-word="${name}"]`).textContent;
  const rest = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));
  const remembered = (file) => `upload ${form.dataset.upload} ${file.name} ${file.size} ${file.lastModified}`;

  class Refused extends Error {}

  // What the portal answers; a refusal carries its sentence, a failure of the line is an ordinary error.
  const ask = async (address, options = {}) => {
    const answer = await fetch(address, { credentials: "same-origin", ...options, headers: { ...headers, ...options.headers } });
    if (answer.status === 204) return null;
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    const refusal = new Refused(told.detail || say("failed"));
    refusal.status = answer.status;
    throw refusal;
  };

  const put = (address, part, onProgress, signal) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", address);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
      request.addEventListener("error", () => reject(new Error("line")));
      request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      request.addEventListener("load", () => {
        if (request.status === 200) return resolve(JSON.parse(request.responseText));
        if (request.status === 409 || request.status >= 500 || request.status === 429) return reject(new Error(String(request.status)));
        let detail = say("failed");
        try { detail = JSON.parse(request.responseText).detail || detail; } catch { /* no words came */ }
        reject(new Refused(detail));
      });
      signal.addEventListener("abort", () => request.abort());
      request.send(part);
    });

  // An upload that was begun before, or a new one.
  const begin = async (file) => {
    const known = localStorage.getItem(remembered(file));
    if (known) {
      try { return await ask(known); } catch (error) { if (!(error instanceof Refused)) throw error; }
    }
    const sent = new URLSearchParams({ name: file.name, groesse: file.size });
    const made = await ask(form.dataset.upload, { method: "POST", body: sent });
    localStorage.setItem(remembered(file), made.address);
    return made;
  };

  const send = async (file, show, signal) => {
    let attempt = 0;
    for (;;) {
      try {
        let state = await begin(file);
        while (state.received < state.size) {
          const part = file.slice(state.received, state.received + state.part);
          show("sending", state.received);
          const before = state.received;
          state = await put(`${state.address}?ab=${before}`, part, (sent) => show("sending", before + sent), signal);
          attempt = 0;
        }
        show("finishing", file.size);
        const made = await ask(`${state.address}/abschluss`, { method: "POST" });
        localStorage.removeItem(remembered(file));
        return made;
      } catch (error) {
        if (signal.aborted || error.name === "AbortError") {
          const known = localStorage.getItem(remembered(file));
          localStorage.removeItem(remembered(file));
          if (known) await ask(known, { method: "DELETE" }).catch(() => null);
          throw new Refused(say("cancelled"));
        }
        if (error instanceof Refused) {
          localStorage.removeItem(remembered(file));
          throw error;
        }
        if (attempt >= patience.length) throw error;
        show("waiting");
        await rest(patience[attempt]);
        attempt += 1;
      }
    }
  };

  const follow = (file) => {
    const line = row.cloneNode(true);
    const bar = line.querySelector("progress");
    const state = line.querySelector("[data-state]");
    line.querySelector("[data-name]").textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    list.append(line);
    const stop = new AbortController();
    const cancel = line.querySelector("[data-cancel]");
    cancel.addEventListener("click", () => stop.abort());
    let said = "";
    const show = (word, sent) => {
      if (word !== said) state.textContent = say(word);
      said = word;
      if (sent !== undefined) bar.value = Math.floor((sent / file.size) * 100);
    };
    const end = (text, failed, address) => {
      state.textContent = text;
      if (address) {
        const link = document.createElement("a");
        link.href = address;
        line.querySelector("[data-name]").replaceChildren(link);
        link.textContent = file.name;
      }
      line.toggleAttribute("data-failed", failed);
      bar.hidden = failed;
      cancel.remove();
    };
    return { signal: stop.signal, show, end };
  };

  form.addEventListener("submit", async (event) => {
    const files = [...form.elements.file.files];
    if (!files.length) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    list.replaceChildren();
    const made = [];
    let failed = 0;
    for (const [place, file] of files.entries()) {
      const { signal, show, end } = follow(file);
      if (place >= Number(form.dataset.most)) {
        end(say("many"), true);
        failed += 1;
        continue;
      }
      if (file.size > Number(form.dataset.largest)) {
        end(say("large"), true);
        failed += 1;
        continue;
      }
      try {
        const kept = await send(file, show, signal);
        made.push(kept);
        end(say("done"), false, kept.url);
      } catch (error) {
        end(error instanceof Refused ? error.message : say("failed"), true);
        failed += 1;
      }
    }
    button.disabled = false;
    form.elements.file.value = "";
    if (made.length) form.querySelector("[data-leave]").firstElementChild.textContent = say("leave");
    if (!failed) location.assign(made.length === 1 ? made[0].url : form.dataset.done);
  });
})();
