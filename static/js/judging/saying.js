// What the page says about the network, about answers that wait, and about those that were refused.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});

  const place = () => document.getElementById("judging-state");

  const words = (name) => place()?.dataset[name] || "";

  const counted = (name, count) => {
    const here = place();
    return here ? window.variorumCounted(here, name, count) : "";
  };

  const show = (text, kind) => {
    const state = place();
    if (state && state.textContent !== text) {
      state.textContent = text;
      state.dataset.kind = kind;
    }
  };

  // `why` is offline, again, signedOut, sending, or "" where all is well.
  const network = (why, waiting) => {
    const link = document.getElementById("judging-sign-in");
    if (link) {
      link.hidden = why !== "signedOut";
      link.parentElement.classList.toggle("visually-hidden", why !== "signedOut");
    }
    const parts = [why ? words(why) : "", waiting ? counted("waiting", waiting) : ""];
    if (!parts.some(Boolean) && place()?.dataset.kind === "break") {
      return;
    }
    show(parts.filter(Boolean).join(" "), why || (waiting ? "sending" : ""));
  };

  const problem = (text) => {
    const here = document.getElementById("judge-problems");
    if (here) {
      const notice = document.createElement("div");
      notice.className = "notice notice-error";
      notice.textContent = text;
      here.replaceChildren(notice);
    }
  };

  const refusedCard = (entry, forget) => {
    const card = document.createElement("div");
    card.className = "notice notice-error stack refused";
    const message = document.createElement("p");
    message.textContent = entry.message || words("refused");
    const text = document.createElement("textarea");
    text.readOnly = true;
    text.rows = 4;
    text.value = entry.text;
    text.setAttribute("aria-label", words("refused"));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button secondary";
    button.textContent = words("forget");
    button.addEventListener("click", () => forget(entry));
    card.append(message, text, button);
    return card;
  };

  const refused = async (person) => {
    const here = document.getElementById("judging-refused");
    if (!here) {
      return;
    }
    const entries = await judging.store.of("refused", person);
    const forget = async (entry) => {
      await judging.store.remove("refused", entry.key);
      refused(person);
    };
    here.replaceChildren(...entries.map((entry) => refusedCard(entry, forget)));
  };

  const takeABreak = (minutes, onDone) => {
    show("", "");
    const state = place();
    const text = document.createElement("span");
    text.textContent = counted("break", minutes);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button secondary";
    button.textContent = words("breakDone");
    button.addEventListener("click", () => {
      show("", "");
      onDone();
    });
    state.dataset.kind = "break";
    state.replaceChildren(text, " ", button);
  };

  judging.say = {
    network,
    problem,
    refused,
    takeABreak,
    sent: (count) => show(counted("sent", count), "sent"),
    note: (name) => show(words(name), "note"),
    words,
  };
})();
