// Answers on their way. Each is kept before it is sent and forgotten once the server has it; what
// cannot be sent waits, and goes out in the order in which it was given, one after the other.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const LONGEST_WAIT = 60 * 1000;
  // On their way by the page's own request, not by `send`.
  const underWay = new Set();
  let sending = null;
  let timer = null;
  let tries = 0;
  let why = "";

  const person = () => document.getElementById("stage")?.dataset.person;

  judging.token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
  judging.headers = () => ({ "X-CSRFToken": judging.token(), "Variorum-Queue": "1" });

  const waiting = async () => {
    const all = await judging.store.of("answers", person());
    return all.filter((one) => !underWay.has(one.key));
  };

  const count = async () => {
    judging.queue.count = (await waiting()).length;
    judging.say.network(navigator.onLine ? why : "offline", judging.queue.count);
  };

  // What was said, in words, for whoever has to copy it.
  const textOf = (form) => {
    const parts = [];
    form.querySelectorAll("input:checked").forEach((input) => {
      const group = input.closest("fieldset, [role=radiogroup]");
      const about = group?.getAttribute("aria-label") || group?.querySelector("legend")?.textContent || "";
      const choice = input.closest("label")?.querySelector(".visually-hidden")?.textContent;
      parts.push(`${about.trim()}: ${(choice || input.closest("label")?.textContent || input.value).trim()}`);
    });
    form.querySelectorAll("textarea, input[type=text]").forEach((field) => {
      if (field.value.trim()) {
        parts.push(field.value.trim());
      }
    });
    return parts.join("\n");
  };

  const entryOf = (form) => {
    const data = new URLSearchParams(new FormData(form));
    data.delete("csrfmiddlewaretoken");
    const { assignment, campaign } = document.getElementById("stage").dataset;
    return {
      key: data.get("idempotency_key") || `${form.dataset.sends}-${assignment}`,
      order: Date.now(),
      person: person(),
      ...{ assignment, campaign },
      url: form.getAttribute("action"),
      sends: form.dataset.sends,
      body: data.toString(),
      text: textOf(form),
    };
  };

  // Kept before the page's own request goes out, so that nothing is lost if the browser dies.
  const note = (entry) => {
    underWay.add(entry.key);
    return judging.store.put("answers", entry);
  };

  const settle = async (entry, isDone) => {
    underWay.delete(entry.key);
    if (isDone) {
      await judging.store.remove("answers", entry.key);
    }
    await count();
  };

  const keep = async (entry) => {
    await judging.store.put("answers", entry);
    await count();
  };

  const post = (entry) =>
    fetch(entry.url, {
      method: "POST",
      headers: { ...judging.headers(), "Content-Type": "application/x-www-form-urlencoded" },
      body: entry.body,
      signal: AbortSignal.timeout(30000),
    });

  // After a new sign-in the page's token is an old one.
  const renewToken = async () => {
    const page = await fetch(document.getElementById("stage").dataset.page);
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = found.querySelector('meta[name="csrf-token"]')?.content;
    const there = document.querySelector('meta[name="csrf-token"]');
    if (!token || !there || page.redirected) {
      return false;
    }
    there.content = token;
    return true;
  };

  // "stored", "refused", "signedOut", or "again" where it is no answer to the question.
  const deliver = async (entry) => {
    let answer;
    try {
      answer = await post(entry);
      if (answer.status === 403 && (await renewToken())) {
        answer = await post(entry);
      }
    } catch {
      return "again";
    }
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      return "signedOut";
    }
    if (answer.ok) {
      return "stored";
    }
    if (![404, 409, 422].includes(answer.status)) {
      return "again";
    }
    const body = await answer.json().catch(() => ({}));
    await judging.store.put("refused", { ...entry, message: body.message || "" });
    return "refused";
  };

  const stop = async (reason) => {
    why = reason;
    if (reason === "again") {
      clearTimeout(timer);
      const wait = Math.min(LONGEST_WAIT, 2000 * 2 ** tries) * (0.75 + Math.random() / 2);
      tries += 1;
      timer = setTimeout(send, wait);
    }
    await count();
  };

  const run = async () => {
    const gone = new Set();
    let stored = 0;
    for (;;) {
      const [entry] = await waiting();
      if (!entry) {
        break;
      }
      judging.say.network("sending", (await waiting()).length);
      const became = await deliver(entry);
      if (became === "again" || became === "signedOut") {
        await stop(navigator.onLine ? became : "offline");
        return;
      }
      stored += became === "stored" ? 1 : 0;
      gone.add(entry.assignment);
      await judging.store.remove("answers", entry.key);
      await judging.ended(entry);
    }
    tries = 0;
    why = "";
    await count();
    if (gone.size) {
      if (stored) {
        judging.say.sent(stored);
      }
      judging.say.refused(person());
      judging.sent(gone);
    }
  };

  // One window at a time where the browser can tell; two would send the same, which is stored once.
  const locked = (work) =>
    navigator.locks ? navigator.locks.request("variorum-judging-queue", work) : work();

  const send = () => {
    if (!navigator.onLine || !person()) {
      return count();
    }
    sending = sending || locked(run).catch(() => stop("again")).finally(() => { sending = null; });
    return sending;
  };

  const assignments = async () => {
    const all = await judging.store.of("answers", person());
    return new Set(all.map((one) => one.assignment));
  };

  const failed = () => stop(navigator.onLine ? "again" : "offline");
  const signedOut = () => stop("signedOut");

  window.addEventListener("online", () => {
    tries = 0;
    why = "";
    send();
  });
  window.addEventListener("offline", () => {
    if (person()) {
      count();
    }
  });

  judging.queue = { count: 0, entryOf, note, settle, keep, send, assignments, failed, signedOut };
})();
