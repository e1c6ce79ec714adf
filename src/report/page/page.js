"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
  const dashes = [[], [8, 4], [8, 3, 2, 3], [12, 3]];
  const names = {
    os: "overall survival", efs: "event-free survival", rfs: "relapse-free survival", cir: "cumulative incidence of relapse",
    os_infused: "overall survival from infusion", efs_infused: "event-free survival from infusion",
  };
  const percent = (value) => (value == null ? "–" : (100 * value).toFixed(1) + " %");
  const grouped = (value) => Math.round(value).toLocaleString("en-US");
  const width = (place) => Math.max(280, Math.min(900, place.clientWidth));
  const ink = (index) => ({ stroke: colours[index % 7], dash: dashes[(index + Math.floor(index / 7)) % 4], width: 2 });
  const option = (select, value, text) => select.add(new Option(text, value));

  // Survival.
  const place = document.getElementById("curves");
  const endpoint = document.getElementById("endpoint");
  const until = document.getElementById("until");
  data.curves.forEach((curve, index) => option(endpoint, index, names[curve.endpoint] || curve.endpoint));
  let plot = null;
  const draw = () => {
    const curve = data.curves[endpoint.value];
    const last = Number(until.value);
    const count = curve.months.filter((month) => month <= last).length;
    const cut = (values) => values.slice(0, count);
    const series = [{ label: "months from " + curve.from }];
    const columns = [cut(curve.months)];
    const bands = [];
    curve.series.forEach((own, index) => {
      if (!own.mean.some((value) => value != null)) return;
      const at = columns.length;
      const label = data.strategies[index].label;
      const value = (u, shown, s, i) => i == null ? "" : percent(own.mean[i]) +
        (own.low[i] == null ? "" : " (" + percent(own.low[i]) + " to " + percent(own.high[i]) + ")");
      series.push({ label, ...ink(index), value });
      columns.push(cut(own.mean));
      for (const edge of ["high", "low"]) {
        series.push({ label: label + ", " + edge, stroke: "transparent", width: 0, points: { show: false }, class: "edge" });
        columns.push(cut(own[edge]));
      }
      bands.push({ series: [at + 1, at + 2], fill: colours[index % 7] + "29" });
    });
    if (plot) plot.destroy();
    plot = new uPlot({
      width: width(place), height: 360, series, bands,
      scales: { x: { time: false }, y: { range: [0, 1] } },
      axes: [{ label: "months from " + curve.from }, { label: "probability", values: (u, ticks) => ticks.map((v) => Math.round(100 * v) + " %"), size: 60 }],
      hooks: {
        // A strategy and its band go together.
        setSeries: [(u, index, change) => {
          if (index && index % 3 === 1 && change.show != null) {
            [1, 2].forEach((step) => u.setSeries(index + step, { show: change.show }));
          }
        }],
      },
    }, columns, place);
    place.querySelectorAll(".u-series.edge").forEach((row) => { row.style.display = "none"; });
  };
  if (data.curves.length) {
    const months = data.curves[0].months;
    const last = months[months.length - 1];
    [12, 24, 60, 120, 240].filter((month) => month < last).concat(last).forEach((month) => option(until, month, month));
    until.value = String(last > 60 ? 60 : last);
    endpoint.addEventListener("change", draw);
    until.addEventListener("change", draw);
    draw();
  }

  // The threshold.
  const money = data.money;
  let live = null;
  if (money) {
    const box = document.getElementById("acceptability-live");
    const slider = document.getElementById("threshold");
    const shown = document.getElementById("threshold-value");
    const table = document.getElementById("threshold-table");
    const step = money.wtp.length > 1 ? money.wtp[1] - money.wtp[0] : 1;
    Object.assign(slider, { min: money.wtp[0], max: money.wtp[money.wtp.length - 1], step });
    slider.value = money.threshold;
    const row = (cells, tag) => {
      const line = document.createElement("tr");
      cells.forEach((cell, index) => {
        const own = document.createElement(tag);
        own.textContent = cell;
        if (index && tag === "td") own.className = "number";
        line.append(own);
      });
      return line;
    };
    table.tHead.append(row(["strategy", "probability of being best", "mean net benefit, " + money.currency,
      "expected loss, " + money.currency], "th"));
    const near = (wtp) => money.wtp.reduce((best, own, index) =>
      Math.abs(own - wtp) < Math.abs(money.wtp[best] - wtp) ? index : best, 0);
    const line = (u) => {
      const x = u.valToPos(Number(slider.value), "x", true);
      u.ctx.save();
      Object.assign(u.ctx, { strokeStyle: "#222", lineWidth: 2 });
      u.ctx.setLineDash([6, 4]);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    };
    live = new uPlot({
      width: width(box), height: 300,
      series: [{ label: money.currency + " a QALY", value: (u, v) => (v == null ? "" : grouped(v)) }].concat(
        data.strategies.map((own, index) => ({ label: own.label, ...ink(index), value: (u, v) => percent(v) }))),
      scales: { x: { time: false }, y: { range: [0, 1] } },
      axes: [{ label: money.currency + " a QALY", values: (u, ticks) => ticks.map((v) => grouped(v / 1000) + "k") },
        { label: "probability of being best", values: (u, ticks) => ticks.map((v) => Math.round(100 * v) + " %"), size: 60 }],
      hooks: { draw: [line] },
    }, [money.wtp].concat(money.strategies.map((own) => own.best)), box);
    const move = () => {
      const wtp = Number(slider.value);
      const at = near(wtp);
      shown.textContent = grouped(wtp) + " " + money.currency + " a QALY; knowing every figure is worth " +
        grouped(money.evpi[at]) + " a person";
      table.tBodies[0].replaceChildren(...money.strategies.map((own, index) => row([data.strategies[index].label,
        percent(own.best[at]), grouped(own.effect * wtp - own.cost), grouped(own.loss[at])], "td")));
      live.redraw(false);
    };
    slider.addEventListener("input", move);
    move();
  }
  window.addEventListener("resize", () => {
    for (const own of [plot, live]) if (own) own.setSize({ width: width(own.root.parentNode), height: own.height });
  });

  // What a link leads to is opened, however deep it lies.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
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
      table.tBodies[0].append(...(down ? lines.reverse() : lines));
    }));
  });
  document.querySelectorAll(".copy").forEach((button) => button.addEventListener("click", async () => {
    const table = button.parentNode.querySelector("table");
    const text = [...table.rows].map((line) => [...line.cells].map((cell) => cell.dataset.value ?? cell.textContent).join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Pages opened from a file may not be given the clipboard: what is selected can be copied by hand.
      getSelection().selectAllChildren(table);
      button.textContent = "Selected";
    }
  }));
})();
