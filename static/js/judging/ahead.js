// Items for the time without a network: fetched while there is one, shown when there is none.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const stage = () => document.getElementById("stage");
  let fetching = null;

  const of = async () => {
    const { person, campaign } = stage().dataset;
    const kept = await judging.store.of("ahead", person);
    return kept.filter((one) => one.campaign === campaign);
  };

  const fetchMore = async () => {
    const { ahead, person, campaign, leave } = stage()?.dataset || {};
    if (!ahead || !navigator.onLine || judging.queue.count > 0) {
      return;
    }
    const have = await of();
    const answer = await fetch(ahead, {
      method: "POST",
      headers: judging.headers(),
      body: new URLSearchParams({ have: have.map((one) => one.assignment).join(",") }),
    });
    if (!answer.ok) {
      return;
    }
    const { kept, items } = await answer.json();
    const there = new Map([...have, ...items].map((one) => [String(one.assignment), one]));
    for (const [order, assignment] of kept.entries()) {
      const one = there.get(String(assignment));
      if (one) {
        await judging.store.put("ahead", {
          ...one,
          assignment: String(assignment),
          ...{ person, campaign, leave, order },
        });
      }
    }
    const known = new Set(kept.map(String));
    for (const one of have) {
      if (!known.has(one.assignment)) {
        await judging.store.remove("ahead", one.assignment);
      }
    }
  };

  // One at a time; what fails is tried again with the next item.
  const keep = () => {
    fetching = fetching || fetchMore().catch(() => {}).finally(() => { fetching = null; });
    return fetching;
  };

  const next = async () => {
    const answered = await judging.queue.assignments();
    const here = stage().dataset.assignment;
    const kept = await of();
    return kept.find((one) => one.assignment !== here && !answered.has(one.assignment));
  };

  const fillCounts = (root, number, total) => {
    root.dataset.number = number;
    const counted = root.querySelector("[data-counted]");
    if (counted) {
      counted.textContent = counted.dataset.counted.replace("{done}", number).replace("{total}", total);
    }
    const heading = root.querySelector("[data-heading]");
    if (heading) {
      const text = heading.dataset.heading.replace("{number}", number + 1);
      heading.textContent = text.replace("{total}", total);
    }
    root.querySelectorAll("[data-done]").forEach((bar) => { bar.value = number; });
  };

  const put = (html, number, total) => {
    htmx.swap("#stage", html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
    fillCounts(stage(), number, total);
    window.scrollTo(0, 0);
    stage().querySelector("h1")?.focus();
    stage().dispatchEvent(new CustomEvent("variorum:stage", { bubbles: true }));
  };

  // Shows what comes next without asking the server; tells whether there was something.
  const show = async (number) => {
    const record = await next();
    const total = Math.max(Number(stage().dataset.total), number);
    if (!record) {
      stage().replaceChildren(document.getElementById("offline-end").content.cloneNode(true));
      Object.assign(stage().dataset, { number, nothing: "", assignment: "" });
      stage().querySelector("h1").focus();
      return false;
    }
    put(record.gate || record.html, number, total);
    return true;
  };

  // Who reads the warning without a network chooses without one.
  document.addEventListener(
    "click",
    async (event) => {
      if (!event.target.closest("[data-show]") || navigator.onLine) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const here = stage().dataset.assignment;
      const record = (await of()).find((one) => one.assignment === here);
      if (record) {
        put(record.html, Number(stage().dataset.number), Number(stage().dataset.total));
      }
    },
    true,
  );

  const drop = (assignment) => judging.store.remove("ahead", assignment);

  const leave = () => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", judging.token());
    navigator.sendBeacon(stage().dataset.leave, data);
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-leave]") && navigator.onLine) {
      leave();
    }
  });

  judging.ahead = { keep, show, drop };
})();
