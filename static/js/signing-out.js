// Who signs out leaves nothing of what they read or began to write on this device, and gives back
// what was kept for them. Answers that wait to be sent stay: nobody but their person sends them.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sign-out]")) {
    return;
  }
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith("variorum-draft."))
      .forEach((key) => localStorage.removeItem(key));
  } catch {
    // Without storage nothing was kept.
  }
  if (!("indexedDB" in window)) {
    return;
  }
  const form = event.target;
  event.preventDefault();
  const go = () => form.submit();
  // Signing out waits for nothing that hangs.
  const patience = setTimeout(go, 3000);
  const request = indexedDB.open("variorum-judging");
  // Where nothing was ever kept there is no database, and none is to be made.
  request.onupgradeneeded = () => request.transaction.abort();
  const finish = () => {
    clearTimeout(patience);
    go();
  };
  request.onerror = finish;
  request.onsuccess = () => {
    const database = request.result;
    const transaction = database.transaction("ahead", "readwrite");
    const store = transaction.objectStore("ahead");
    const kept = store.getAll();
    let leaving = [];
    kept.onsuccess = () => {
      const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
      const headers = { "X-CSRFToken": token };
      const addresses = new Set(kept.result.map((one) => one.leave));
      leaving = [...addresses].map((address) => fetch(address, { method: "POST", headers }));
      store.clear();
    };
    // Afterwards nobody is signed in who could give anything back.
    const complete = () => Promise.allSettled(leaving).then(finish);
    transaction.oncomplete = transaction.onerror = transaction.onabort = complete;
  };
});
