// A box that a file can be dropped into. What is dropped, or chosen and then to be looked at, is
// sent as it is, with progress, and the page goes on to where it is shown. Without this script the
// form sends the file by itself.
(() => {
  const STEP = 25;

  const tokenOf = () => document.querySelector('meta[name="csrf-token"]').content;

  const begin = (box) => {
    const form = box.closest("form");
    const input = box.querySelector('input[type="file"]');
    const said = box.querySelector("[data-drop-said]");
    const part = box.querySelector("[data-drop-progress]");
    const bar = part.querySelector("progress");
    const stop = part.querySelector("[data-drop-stop]");
    const look = form.querySelector('button[name="look"]');
    let request = null;
    let told = 0;

    const say = (text) => {
      said.textContent = text;
    };

    const end = (text) => {
      request = null;
      part.hidden = true;
      form.removeAttribute("aria-busy");
      form.querySelectorAll('button[type="submit"]').forEach((button) => {
        button.disabled = false;
      });
      say(text);
    };

    // The button that was pressed could not keep the focus.
    const fail = (text) => {
      end(text);
      input.focus();
    };

    const progressed = (event) => {
      if (!event.lengthComputable) {
        return;
      }
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      // Read out in quarters only.
      if (percent < 100 && percent - told >= STEP) {
        told = percent - (percent % STEP);
        say(box.dataset.part.replace("@percent", String(told)));
      }
    };

    const answered = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // A page, perhaps the one to sign in: told as any other failure.
      }
      // Coming back by the browser's button finds the form as it was.
      if (request.status === 201 && answer.address) {
        request = null;
        window.location.assign(answer.address);
      } else {
        fail(answer.detail || box.dataset.failed);
      }
    };

    const send = (file) => {
      if (request) {
        return;
      }
      const address = new URL(box.dataset.upload, window.location.href);
      address.searchParams.set("name", file.name);
      const format = form.elements.format;
      if (format) {
        address.searchParams.set("format", format.value);
      }
      told = 0;
      bar.value = 0;
      part.hidden = false;
      form.setAttribute("aria-busy", "true");
      form.querySelectorAll('button[type="submit"]').forEach((button) => {
        button.disabled = true;
      });
      say(box.dataset.start);
      request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("X-CSRFToken", tokenOf());
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", progressed);
      request.upload.addEventListener("load", () => say(box.dataset.looking));
      request.addEventListener("load", answered);
      request.addEventListener("error", () => fail(box.dataset.failed));
      request.addEventListener("abort", () => fail(box.dataset.stopped));
      request.send(file);
    };

    box.querySelector("[data-drop-hint]").hidden = false;
    stop.addEventListener("click", () => {
      if (request) {
        request.abort();
      }
    });

    ["dragenter", "dragover"].forEach((name) => {
      box.addEventListener(name, (event) => {
        if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) {
          event.preventDefault();
          box.classList.add("is-over");
        }
      });
    });
    box.addEventListener("dragleave", (event) => {
      if (!box.contains(event.relatedTarget)) {
        box.classList.remove("is-over");
      }
    });
    box.addEventListener("drop", (event) => {
      box.classList.remove("is-over");
      const { files } = event.dataTransfer;
      if (files.length > 0) {
        event.preventDefault();
        input.files = files;
        send(files[0]);
      }
    });

    if (look) {
      look.addEventListener("click", (event) => {
        if (input.files.length > 0) {
          event.preventDefault();
          send(input.files[0]);
        }
      });
    }
    window.addEventListener("pageshow", () => {
      if (!request) {
        end("");
      }
    });
  };

  document.querySelectorAll("[data-drop]").forEach(begin);
})();
