// What the browser keeps for a person: answers that wait, answers that were refused, items ahead.
// It lies in IndexedDB; where that is not to be had, in memory for as long as the page lives.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  const NAME = "variorum-judging";
  const STORES = { answers: "key", refused: "key", ahead: "assignment" };
  const memory = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));

  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const opened = (() => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        Object.entries(STORES).forEach(([name, keyPath]) => {
          request.result.createObjectStore(name, { keyPath });
        });
      };
      return finished(request).catch(() => null);
    } catch {
      return Promise.resolve(null);
    }
  })();

  const within = async (name, mode, work, instead) => {
    const database = await opened;
    if (!database) {
      return instead(memory[name]);
    }
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const result = await finished(work(transaction.objectStore(name)));
    if (mode === "readwrite") {
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    }
    return result;
  };

  judging.store = {
    put: (name, value) =>
      within(
        name,
        "readwrite",
        (store) => store.put(value),
        (map) => map.set(value[STORES[name]], value),
      ),
    remove: (name, key) =>
      within(name, "readwrite", (store) => store.delete(key), (map) => map.delete(key)),
    // Everything of one person's, in the order in which it came.
    of: async (name, person) => {
      const all = await within(name, "readonly", (store) => store.getAll(), (map) => [...map.values()]);
      return all.filter((one) => one.person === person).sort((a, b) => a.order - b.order);
    },
  };
})();
