"use strict";
// What is scrolled, printed, linked to, sorted and copied.
(() => {
  // What is wider than the screen says so, and is scrolled by keyboard too.
  const edge = (own) => {
    const wider = own.scrollWidth > own.clientWidth + 1;
    own.classList.toggle("cut", wider);
    own.classList.toggle("more", wider && own.scrollLeft + own.clientWidth < own.scrollWidth - 1);
    if (wider && !own.hasAttribute("tabindex")) {
      own.tabIndex = 0;
      own.setAttribute("role", "group");
      own.setAttribute("aria-label", "scrolls sideways");
    }
  };
  const watch = new ResizeObserver((all) => requestAnimationFrame(() => all.forEach((own) => edge(own.target))));
  document.querySelectorAll(".drawn, .frame, .wide").forEach((own) => {
    watch.observe(own);
    own.addEventListener("scroll", () => edge(own), { passive: true });
  });

  // Paper cannot be unfolded: tables that paper can hold and hashes are printed whole. Answers of a lesson stay folded.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("#tables details:not([open]), #again details:not([open]), #assumptions:not([open]), #lesson details.table:not([open])")];
    folded.forEach((own) => { own.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((own) => { own.open = false; }));

  // Tables.
  document.querySelectorAll("table.sortable").forEach((table) => {
    table.querySelectorAll("thead th").forEach((head, column) => head.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (line) => {
        const cell = line.cells[column];
        return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
      };
      const order = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (typeof x === "number" && typeof y === "number") return x - y;
        if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
        return x.localeCompare(y);
      };
      const lines = [...table.tBodies[0].rows].sort(order);
      if (down) lines.reverse();
      // What is empty comes last whichever way.
      const empty = (line) => line.cells[column].textContent.trim() === "";
      table.tBodies[0].append(...lines.filter((line) => !empty(line)), ...lines.filter(empty));
    }));
  });
  const told = (button, text) => {
    const before = button.dataset.before ??= button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 2000);
  };
  document.querySelectorAll(".copy").forEach((button) => button.addEventListener("click", async () => {
    const table = button.parentNode.querySelector("table");
    const text = [...table.rows].map((line) => [...line.cells].map((cell) => cell.dataset.value ?? cell.textContent).join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      told(button, "Copied");
    } catch {
      // Pages opened from a file may not be given the clipboard: what is selected can be copied by hand.
      getSelection().selectAllChildren(table);
      told(button, "Selected");
    }
  }));

  // What a link leads to is opened, however deep it lies.
  const reveal = () => {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      // An address that was cut leads nowhere.
    }
    if (!target) return;
    for (let own = target; own; own = own.parentElement) if (own.tagName === "DETAILS") own.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    // A second click on the same link changes no hash.
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
  reveal();
})();
