// One item after the other: what the page does around each, with a network and without.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const pending = new Map();
  const stage = () => document.getElementById("stage");
  const number = () => Number(stage().dataset.number);

  const load = () => htmx.ajax("GET", stage().dataset.page, { target: "#stage", swap: "outerHTML" });

  // What was answered or skipped is over: its draft goes, and other windows go on.
  judging.ended = async (entry) => {
    judging.drafts.drop(entry.person, entry.assignment);
    await judging.ahead.drop(entry.assignment);
    judging.windows.tell(entry);
  };

  // Answers that waited have arrived; the page may have shown one of these items again.
  judging.sent = (assignments) => {
    const { assignment, nothing } = stage().dataset;
    if (nothing !== undefined || assignments.has(assignment)) {
      load();
    } else {
      judging.ahead.keep();
    }
  };

  judging.moveOn = async (reason) => {
    if (navigator.onLine) {
      await load();
    } else {
      await judging.ahead.show(number());
    }
    judging.say.note(reason);
  };

  const goOn = async (entry) => {
    judging.windows.tell(entry);
    await judging.ahead.show(number() + (entry.sends === "answer" ? 1 : 0));
  };

  const keepAndGoOn = async (entry) => {
    await judging.queue.keep(entry);
    await goOn(entry);
    judging.queue.send();
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.dataset.sends || !stage()) {
        return;
      }
      judging.time.write(form);
      judging.drafts.stop();
      const entry = judging.queue.entryOf(form);
      if (!navigator.onLine || judging.queue.count > 0) {
        event.preventDefault();
        event.stopImmediatePropagation();
        keepAndGoOn(entry);
      } else {
        pending.set(form, { entry, kept: judging.queue.note(entry) });
      }
    },
    true,
  );

  document.addEventListener("htmx:afterRequest", async (event) => {
    // The form is gone from the page by now where the next item has taken its place.
    const { xhr, requestConfig } = event.detail;
    const sent = pending.get(requestConfig.elt);
    if (!sent) {
      return;
    }
    pending.delete(requestConfig.elt);
    const { entry, kept } = sent;
    await kept.catch(() => {});
    const unknown = xhr.status === 0 || xhr.status >= 500 || xhr.status === 429;
    const isSignedOut = xhr.status === 401 || xhr.status === 403;
    await judging.queue.settle(entry, !unknown && !isSignedOut);
    if (unknown) {
      await goOn(entry);
      judging.queue.failed();
    } else if (isSignedOut) {
      judging.queue.signedOut();
    } else if (xhr.status < 400) {
      await judging.ended(entry);
    }
  });

  // A page that says that something failed does not take the place of the item.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (xhr.status >= 400 && target?.id === "stage" && !xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = false;
      const form = document.getElementById("judge-form");
      if (form && xhr.status < 500 && xhr.status !== 401 && xhr.status !== 403) {
        judging.say.problem(form.dataset.failed);
      }
    }
  });

  // The sign of life may tell that the item was answered elsewhere, or that its time is over.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.elt.id === "heartbeat") {
      const became = event.detail.xhr.getResponseHeader("Variorum-Assignment");
      if (became === "ended") {
        judging.moveOn("elsewhere");
      } else if (became === "lapsed") {
        judging.say.note("lapsed");
      }
    }
  });
  document.addEventListener("visibilitychange", () => {
    const heartbeat = document.getElementById("heartbeat");
    if (heartbeat && !document.hidden && navigator.onLine) {
      htmx.trigger(heartbeat, "look");
    }
  });

  const suggestBreak = () => {
    const most = Number(stage()?.dataset.break || 0);
    if (most && judging.time.worked() >= most) {
      judging.say.takeABreak(most, judging.time.begin);
    }
  };

  const begun = () => {
    judging.time.restart();
    judging.drafts.restore();
    suggestBreak();
    if (navigator.onLine) {
      setTimeout(judging.ahead.keep, 400);
    }
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "stage") {
      begun();
    }
  });
  document.addEventListener("variorum:stage", begun);

  if (stage()) {
    judging.drafts.tidy();
    judging.say.refused(stage().dataset.person);
    judging.queue.send();
    begun();
  }
})();
