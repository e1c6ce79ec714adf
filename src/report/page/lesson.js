"use strict";
(() => {
  // On paper the report need not follow.
  const print = document.getElementById("print-lesson");
  print.hidden = false;
  print.addEventListener("click", () => {
    document.body.classList.add("alone");
    window.print();
  });
  window.addEventListener("afterprint", () => document.body.classList.remove("alone"));

  // A figure of the text says in words where it stands.
  document.querySelectorAll("button.asks").forEach((own) => {
    const { whence, place, rests } = own.dataset;
    own.querySelector("[title]").removeAttribute("title");
    own.title = whence;
    own.setAttribute("aria-expanded", "false");
    const note = document.createElement(place ? "a" : "span");
    if (place) note.href = "#" + place;
    note.textContent = whence;
    const around = document.createElement("span");
    around.className = "whence";
    around.hidden = true;
    around.append(" (", note);
    if (rests) {
      const basis = document.createElement("a");
      basis.href = "#" + rests;
      basis.textContent = "what it rests on";
      around.append("; ", basis);
    }
    around.append(")");
    own.after(around);
    own.addEventListener("click", () => {
      around.hidden = !around.hidden;
      own.setAttribute("aria-expanded", String(!around.hidden));
    });
  });

  // Trials one after the other: nothing moves before it is asked to, and nothing by itself where motion is not wished.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  document.querySelectorAll(".frames").forEach((group) => {
    const frames = [...group.querySelectorAll(".frame")];
    const play = group.querySelector(".play");
    const told = group.querySelector(".told");
    let at = 0;
    let timer = null;
    const show = (next, speak) => {
      frames[at].hidden = true;
      at = (next + frames.length) % frames.length;
      frames[at].hidden = false;
      // While it plays a reader is not told of every trial.
      told.setAttribute("aria-live", speak ? "polite" : "off");
      told.textContent = frames[at].dataset.words;
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    };
    const step = (by) => { stop(); show(at + by, true); };
    const toggle = () => {
      if (timer) return stop();
      if (still.matches) return;
      timer = setInterval(() => show(at + 1, false), 700);
      play.textContent = "Pause";
    };
    const wish = () => {
      if (still.matches) stop();
      play.disabled = still.matches;
      play.title = still.matches ? "Your settings ask for no motion: step with the other buttons" : "";
    };
    group.querySelector(".before").addEventListener("click", () => step(-1));
    group.querySelector(".after").addEventListener("click", () => step(1));
    play.addEventListener("click", toggle);
    group.tabIndex = 0;
    group.addEventListener("keydown", (event) => {
      // With another key they are the browser's.
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "ArrowRight") step(1);
      else if (event.key === "ArrowLeft") step(-1);
      else if (event.key === " " && event.target === group) toggle();
      else return;
      event.preventDefault();
    });
    still.addEventListener("change", wish);
    wish();
    group.hidden = false;
    group.closest("figure").querySelector(".still").style.display = "none";
    show(0, false);
  });
})();
