// The form as it stands is kept in the browser at once and on the server a moment later. It comes
// back after a reload, and on another device from the server. A draft never stands in anybody's way.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const PREFIX = "variorum-draft.";
  const OLDEST = 14 * 24 * 3600 * 1000;
  const NOT_OF_THE_ANSWER = ["csrfmiddlewaretoken", "idempotency_key", "active_ms", "elapsed_ms"];
  let timer = null;

  const form = () => document.querySelector("#judge-form[data-draft]");
  const stage = () => document.getElementById("stage");
  const nameOf = (person, assignment) => `${PREFIX}${person}.${assignment}`;
  const name = () => nameOf(stage().dataset.person, stage().dataset.assignment);

  const fieldsOf = (from) => {
    const fields = {};
    new FormData(from).forEach((value, key) => {
      if (!NOT_OF_THE_ANSWER.includes(key) && typeof value === "string") {
        fields[key] = value;
      }
    });
    return fields;
  };

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const write = (key, draft) => {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  };

  const drop = (person, assignment) => {
    try {
      localStorage.removeItem(nameOf(person, assignment));
    } catch {
      // Without storage nothing was kept.
    }
  };

  const keep = () => {
    const kept = { fields: fieldsOf(form()), at: Date.now(), base: form().dataset.draftSaved };
    tell(write(name(), { ...kept, unsent: true }) ? "savedHere" : "");
    clearTimeout(timer);
    timer = setTimeout(send, 1000);
  };

  const tell = (what) => {
    const state = document.getElementById("draft-state");
    if (state) {
      state.textContent = what ? judging.say.words(what) : "";
    }
  };

  // What was about to be sent belonged to the item before, or is part of its answer now.
  const stop = () => {
    clearTimeout(timer);
    timer = null;
  };

  const send = async () => {
    stop();
    const from = form();
    if (!from || !navigator.onLine) {
      return;
    }
    const key = name();
    const fields = fieldsOf(from);
    try {
      const answer = await fetch(from.dataset.draft, {
        method: "POST",
        headers: judging.headers(),
        body: new URLSearchParams(fields),
        keepalive: true,
      });
      if (!answer.ok) {
        return;
      }
      const { saved } = await answer.json();
      const there = read(key);
      if (there && JSON.stringify(there.fields) === JSON.stringify(fields)) {
        write(key, { fields, at: there.at, base: saved, unsent: false });
      }
      if (from.isConnected) {
        from.dataset.draftSaved = saved;
        tell("saved");
      }
    } catch {
      // It is kept here, and sent with the next change.
    }
  };

  const fill = (into, fields) => {
    [...into.elements].forEach((field) => {
      if (!field.name || NOT_OF_THE_ANSWER.includes(field.name)) {
        return;
      }
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = fields[field.name] === field.value;
      } else if (field.name in fields) {
        field.value = fields[field.name];
      }
    });
    into.querySelectorAll("details").forEach((details) => {
      if ([...details.querySelectorAll("textarea")].some((text) => text.value)) {
        details.open = true;
      }
    });
    into.dispatchEvent(new CustomEvent("variorum:restored", { bubbles: true }));
  };

  // The server's draft is on the page already. The browser's own is newer where it was never sent, or
  // arrived only after the page had been asked for.
  const isNewer = (kept, into) =>
    kept && (kept.unsent || Number(kept.base || 0) > Number(into.dataset.draftSaved || 0));

  const restore = () => {
    stop();
    const into = form();
    if (!into) {
      return;
    }
    const kept = read(name());
    if (isNewer(kept, into)) {
      fill(into, kept.fields);
      send();
    }
    if (kept || into.dataset.draftSaved) {
      tell(kept?.unsent ? "savedHere" : "saved");
    }
  };

  const tidy = () => {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX))
        .filter((key) => !(read(key)?.at > Date.now() - OLDEST))
        .forEach((key) => localStorage.removeItem(key));
    } catch {
      // Without storage there is nothing to tidy.
    }
  };

  ["input", "change"].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      if (form() && event.target.form === form()) {
        keep();
      }
    });
  });
  window.addEventListener("pagehide", () => {
    if (timer !== null) {
      send();
    }
  });
  window.addEventListener("online", () => {
    if (form() && read(name())?.unsent) {
      send();
    }
  });

  judging.drafts = { restore, drop, stop, tidy };
})();
