// Several windows of one person show the same item: what is answered in one moves the others on.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("variorum-judging") : null;

  const tell = (entry) => {
    channel?.postMessage({ person: entry.person, assignment: entry.assignment });
  };

  channel?.addEventListener("message", ({ data }) => {
    const here = document.getElementById("stage")?.dataset;
    if (here && here.person === data.person && here.assignment === data.assignment && !("revising" in here)) {
      judging.moveOn("elsewhere");
    }
  });

  judging.windows = { tell };
})();
