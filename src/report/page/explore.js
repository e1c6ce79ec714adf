"use strict";
// Charts that move: survival, and what is worth most at a threshold.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
  const dashes = [[], [8, 4], [8, 3, 2, 3], [2, 3], [14, 4], [8, 3, 2, 3, 2, 3], [4, 2], [2, 7]];
  const names = {
    os: "overall survival", efs: "event-free survival", rfs: "relapse-free survival", cir: "cumulative incidence of relapse",
    os_infused: "overall survival from infusion", efs_infused: "event-free survival from infusion",
  };
  const percent = (value) => (value == null ? "–" : (100 * value).toFixed(1) + " %");
  const grouped = (value) => (value == null ? "–" : Math.round(value).toLocaleString("en-US"));
  const width = (place) => Math.max(280, Math.min(900, place.clientWidth));
  const ink = (index) => ({ stroke: colours[index % 7], dash: dashes[index % 8], width: 2 });
  const option = (select, value, text) => select.add(new Option(text, value));
  const sized = (value, error) => grouped(value) + (error ? " ± " + grouped(1.96 * error) : "");
  // What is never below nothing.
  const worth = (value, error) => (error && 1.96 * error > value ? grouped(value) + " (0 to " + grouped(value + 1.96 * error) + ")" : sized(value, error));
  const ends = (low, high, told) => (low == null || high == null ? "" : " (" + told(low) + " to " + told(high) + ")");

  // Published points: a marker of its own for each strategy, as in the figures.
  const mark = (ctx, index, x, y, size) => {
    ctx.beginPath();
    if (index % 4 === 0) ctx.arc(x, y, size, 0, 2 * Math.PI);
    else if (index % 4 === 1) ctx.rect(x - size, y - size, 2 * size, 2 * size);
    else {
      const low = index % 4 === 2 ? [[size, size], [-size, size]] : [[size, 0], [0, size], [-size, 0]];
      ctx.moveTo(x, y - 1.2 * size);
      low.forEach(([dx, dy]) => ctx.lineTo(x + dx, y + dy));
      ctx.closePath();
    }
    ctx.fill();
    ctx.stroke();
  };

  // Strategies: a box each, for all charts, kept when one is drawn again.
  const shown = data.strategies.map(() => true);
  const heeding = [];
  const boxes = document.getElementById("shown");
  data.strategies.forEach((own, index) => {
    const { stroke, dash } = ink(index);
    const label = document.createElement("label");
    const sample = `<svg width="36" height="10" aria-hidden="true"><path d="M0 5H36" stroke="${stroke}" stroke-width="3" stroke-dasharray="${dash}"/></svg>`;
    label.innerHTML = `<input type="checkbox" checked> ${sample} `;
    label.append(own.label);
    label.firstChild.addEventListener("change", (event) => {
      shown[index] = event.target.checked;
      heeding.forEach((heed) => heed());
    });
    boxes.append(label);
  });
  boxes.hidden = !shown.length;

  // Survival.
  const place = document.getElementById("curves");
  const endpoint = document.getElementById("endpoint");
  const until = document.getElementById("until");
  const month = document.getElementById("month");
  const read = document.getElementById("curves-read");
  const words = document.getElementById("curves-words");
  data.curves.forEach((curve, index) => option(endpoint, index, names[curve.endpoint] || curve.endpoint));
  let plot = null;
  let drawn = [];
  // Where the thick part of a curve ends.
  const known = (index) => data.curves[endpoint.value].series[index].known;
  // From here on no curve that is shown has a published figure.
  const open = () => {
    const ends = drawn.filter((own) => shown[own.index]).map((own) => known(own.index));
    return ends.length ? Math.max(0, ...ends) : Infinity;
  };
  const shade = (u) => {
    const left = u.valToPos(Math.min(Math.max(open(), u.scales.x.min), u.scales.x.max), "x", true);
    u.ctx.save();
    u.ctx.fillStyle = "#EFEFEF";
    u.ctx.fillRect(left, u.bbox.top, u.bbox.left + u.bbox.width - left, u.bbox.height);
    u.ctx.restore();
  };
  const evidence = (name) => {
    const id = "evidence-" + name.split(".")[0];
    const link = document.createElement(document.getElementById(id) ? "a" : "span");
    if (link.tagName === "A") link.href = "#" + id;
    link.textContent = name;
    return link;
  };
  // Of other patients: discs with numbers, whichever strategies are shown.
  const discs = (u) => {
    const { ctx } = u;
    const ratio = devicePixelRatio;
    const places = [];
    for (const own of data.curves[endpoint.value].near) {
      if (own.month > u.scales.x.max) continue;
      const [x, y] = [u.valToPos(own.month, "x", true), u.valToPos(own.value, "y", true)];
      Object.assign(ctx, { strokeStyle: "#777", fillStyle: "#fff", lineWidth: 1.2 * ratio });
      if (own.low != null && own.high != null) {
        const end = (value) => (own.median ? [u.valToPos(value, "x", true), y] : [x, u.valToPos(value, "y", true)]);
        ctx.beginPath();
        ctx.moveTo(...end(own.low));
        ctx.lineTo(...end(own.high));
        ctx.stroke();
      }
      // Beside one that stands there already, before it at the end of the axis.
      const way = x > u.bbox.left + 0.9 * u.bbox.width ? -1 : 1;
      let beside = x;
      while (places.some(([a, b]) => Math.hypot(a - beside, b - y) < 13 * ratio)) beside += 14 * way * ratio;
      places.push([beside, y]);
      ctx.beginPath();
      ctx.arc(beside, y, 7 * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
      Object.assign(ctx, { fillStyle: "#222", font: 10 * ratio + "px sans-serif", textAlign: "center", textBaseline: "middle" });
      ctx.fillText(own.near, beside, y);
    }
  };
  const points = (u) => {
    const { ctx } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left - 10 * ratio, u.bbox.top - 10 * ratio, u.bbox.width + 20 * ratio, u.bbox.height + 20 * ratio);
    ctx.clip();
    discs(u);
    const laid = data.curves[endpoint.value].published.filter((own) => shown[own.strategy] && own.month != null && own.month <= u.scales.x.max);
    const near = (own, other) => Math.abs(own.month - other.month) < 0.014 * u.scales.x.max && Math.abs((own.value ?? 0.5) - (other.value ?? 0.5)) < 0.025;
    laid.forEach((own, at) => {
      const median = own.value == null;
      // What later ones cover is larger.
      const size = (5 + 2 * laid.slice(at + 1).filter((other) => near(own, other)).length) * ratio;
      const [x, y] = [u.valToPos(own.month, "x", true), u.valToPos(median ? 0.5 : own.value, "y", true)];
      Object.assign(ctx, { strokeStyle: "#fff", fillStyle: colours[own.strategy % 7], lineWidth: 1.5 * ratio });
      if (own.low != null && own.high != null) {
        const end = (value) => (median ? [u.valToPos(value, "x", true), y] : [x, u.valToPos(value, "y", true)]);
        ctx.strokeStyle = ctx.fillStyle;
        ctx.beginPath();
        ctx.moveTo(...end(own.low));
        ctx.lineTo(...end(own.high));
        ctx.stroke();
        ctx.strokeStyle = "#fff";
      }
      if (own.left_out) Object.assign(ctx, { strokeStyle: ctx.fillStyle, fillStyle: "#fff", lineWidth: 2 * ratio });
      mark(ctx, own.strategy, x, y, size);
    });
    ctx.restore();
  };
  const tell = (at) => {
    const curve = data.curves[endpoint.value];
    const now = curve.months[at];
    const lines = drawn.filter((own) => shown[own.index]).map(({ index }) => {
      const own = curve.series[index];
      const prior = now > known(index) ? ", prior-driven" : "";
      return data.strategies[index].label + ": " + percent(own.mean[at]) + ends(own.low[at], own.high[at], percent) + prior;
    });
    read.textContent = "Month " + now + ". " + (lines.length ? lines.join("; ") : "No strategy is shown") + ".";
    month.value = at;
    month.setAttribute("aria-valuetext", "month " + now);
  };
  const describe = (curve, last) => {
    const own = drawn.filter(({ index }) => shown[index]).map(({ index }) => data.strategies[index].label);
    const what = endpoint.selectedOptions[0].text;
    const text = [`${what[0].toUpperCase()}${what.slice(1)} of ${own.join("; ") || "no strategy"}, over ${last} months from ${curve.from}.`];
    if (drawn.some(({ index }) => shown[index] && curve.series[index].low.some((value) => value != null))) text.push(`Bands: ${data.held}.`);
    if (own.length && open() < last) text.push(`Grey ${open() ? `from month ${Math.round(open() * 10) / 10} on` : "throughout"}: no curve shown has a published figure there, and they are prior-driven; so are thin parts of a line.`);
    else if (drawn.some(({ index }) => shown[index] && known(index) < last)) text.push("Thin parts of a line have no published figure, and are prior-driven.");
    words.replaceChildren(text.join(" "));
    const laid = curve.published.filter(({ strategy, month: at }) => shown[strategy] && at <= last);
    laid.forEach((point, at) => {
      const { strategy, value, low, high, name, left_out } = point;
      const told = value == null
        ? "median " + point.month + ends(low, high, String) + " months"
        : percent(value) + ends(low, high, percent) + " at " + point.month + " months";
      words.append((at ? "; " : " Markers are published: ") + data.strategies[strategy].label + " " + told + (left_out ? ", held out of any fit (white inside)" : "") + ", ", evidence(name));
    });
    if (laid.length) words.append(".");
    const others = curve.near.filter(({ month: at }) => at <= last);
    others.forEach((own, at) => {
      const told = own.median
        ? "median " + own.month + ends(own.low, own.high, String) + " months"
        : percent(own.value) + ends(own.low, own.high, percent) + " at " + own.month + " months";
      words.append((at ? "; " : " Discs are published of other patients: ") + own.near + ", " + own.words + ", " + told + ", ", evidence(own.name));
    });
    if (others.length) words.append(".");
  };
  const draw = () => {
    const curve = data.curves[endpoint.value];
    const last = Number(until.value);
    const count = curve.months.filter((own) => own <= last).length;
    const cut = (values) => values.slice(0, count);
    const series = [{}];
    const columns = [cut(curve.months)];
    const bands = [];
    drawn = [];
    curve.series.forEach((own, index) => {
      if (!own.mean.some((value) => value != null)) return;
      const at = columns.length;
      // Thick up to the last published figure, thin beyond it; the month in which it lies belongs to both.
      const end = known(index);
      const meet = end > 0 ? curve.months.find((own) => own >= end) ?? Infinity : -1;
      const part = (inside) => cut(own.mean.map((value, month) => (inside(curve.months[month]) ? value : null)));
      const show = shown[index];
      series.push({ ...ink(index), width: 2.6, show, points: { show: false } }, { ...ink(index), width: 1.1, show, points: { show: false } });
      columns.push(part((month) => month <= meet), part((month) => month >= meet));
      for (const edge of ["high", "low"]) {
        series.push({ stroke: "transparent", width: 0, show, points: { show: false } });
        columns.push(cut(own[edge]));
      }
      bands.push({ series: [at + 2, at + 3], fill: colours[index % 7] + "29" });
      drawn.push({ index, at });
    });
    if (plot) plot.destroy();
    plot = new uPlot({
      // Room for marks at the end.
      width: width(place), height: 360, series, bands, legend: { show: false }, padding: [12, 14, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false }, y: { range: [0, 1] } },
      axes: [{ label: "months from " + curve.from, incrs: last > 24 ? [12, 24, 60, 120, 240] : [1, 2, 3, 6] }, { label: "probability", values: (u, ticks) => ticks.map((v) => Math.round(100 * v) + " %"), size: 60 }],
      hooks: {
        drawClear: [shade],
        draw: [points],
        // A pointer is not read out at every move; the month below is.
        setCursor: [(u) => { if (u.cursor.idx != null && u.cursor.left >= 0) { read.setAttribute("aria-live", "off"); tell(u.cursor.idx); } }],
      },
    }, columns, place);
    month.max = count - 1;
    tell(Math.min(Number(month.value), count - 1));
    describe(curve, last);
  };
  if (data.curves.length) {
    const { months } = data.curves[0];
    const last = months[months.length - 1];
    [12, 24, 60, 120, 240].filter((own) => own < last).concat(last).forEach((own) => option(until, own, own));
    until.value = String(last > 60 ? 60 : last);
    month.value = 12;
    endpoint.addEventListener("change", draw);
    until.addEventListener("change", draw);
    month.addEventListener("input", () => {
      const at = Number(month.value);
      plot.setCursor({ left: plot.valToPos(data.curves[endpoint.value].months[at], "x"), top: 10 }, false);
      read.setAttribute("aria-live", "polite");
      tell(at);
    });
    heeding.push(() => {
      drawn.forEach(({ index, at }) => [0, 1, 2, 3].forEach((step) => plot.setSeries(at + step, { show: shown[index] })));
      read.setAttribute("aria-live", "polite");
      tell(Number(month.value));
      describe(data.curves[endpoint.value], Number(until.value));
    });
    month.max = months.length - 1;
    draw();
  }

  // The threshold.
  const { money } = data;
  let live = null;
  let gains = null;
  if (money) {
    const box = document.getElementById("acceptability-live");
    const slider = document.getElementById("threshold");
    const told = document.getElementById("threshold-value");
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
      Object.assign(u.ctx, { strokeStyle: "#222", lineWidth: 2 * devicePixelRatio });
      u.ctx.setLineDash([6, 4]);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    };
    const benefit = (own, wtp) => own.effect * wtp - own.cost;
    // Standard error over the draws of the mean net benefit.
    const error = ({ errors }, wtp) => errors && Math.sqrt(Math.max(0, errors[0] * wtp * wtp - 2 * errors[1] * wtp + errors[2]));
    const thousands = (u, ticks) => ticks.map((v) => (v ? grouped(v / 1000) + "k" : "0"));
    // A line and the ends of its band for each strategy.
    const chart = (place, height, scale, axis, columns) => new uPlot({
      width: width(place), height, legend: { show: false }, cursor: { drag: { x: false, y: false }, points: { show: false } },
      series: [{}].concat(...data.strategies.map((own, index) => [ink(index)].concat([0, 1].map(() => ({ stroke: "transparent", width: 0, points: { show: false } }))))),
      bands: data.strategies.map((own, index) => ({ series: [3 * index + 2, 3 * index + 3], fill: colours[index % 7] + "29" })),
      scales: { x: { time: false }, y: scale },
      axes: [{ label: money.currency + " a QALY", values: thousands }, { ...axis, size: 70 }],
      hooks: { draw: [line] },
    }, [money.wtp].concat(...money.strategies.map(columns)), place);
    const none = money.wtp.map(() => null);
    live = chart(box, 300, { range: [0, 1] }, { label: "probability of being best", values: (u, ticks) => ticks.map((v) => Math.round(100 * v) + " %") },
      (own) => [own.best, own.best_high.length ? own.best_high : none, own.best_low.length ? own.best_low : none]);
    const ended = (own, by) => money.wtp.map((wtp) => (own.errors ? benefit(own, wtp) + by * 1.96 * error(own, wtp) : null));
    gains = chart(document.getElementById("benefit-live"), 260, {}, { label: "mean net benefit, " + money.currency, values: thousands },
      (own) => [money.wtp.map((wtp) => benefit(own, wtp)), ended(own, 1), ended(own, -1)]);
    const move = () => {
      const wtp = Number(slider.value);
      const at = near(wtp);
      const price = grouped(wtp) + " " + money.currency + " a QALY";
      slider.setAttribute("aria-valuetext", price);
      // Where no draw changes the decision there is no error; that is no certainty.
      told.textContent = price + "; knowing every figure is worth " + (money.evpi_se[at]
        ? worth(money.evpi[at], money.evpi_se[at]) + " " + money.currency + " a person" : "nothing as far as these draws tell");
      table.tBodies[0].replaceChildren(...money.strategies.map((own, index) => row([data.strategies[index].label,
        percent(own.best[at]), sized(benefit(own, wtp), error(own, wtp)), worth(own.loss[at], own.loss_se[at])], "td")));
      live.redraw(false);
      gains.redraw(false);
    };
    slider.addEventListener("input", move);
    [live, gains].forEach((own) => own.over.addEventListener("click", (event) => {
      slider.value = own.posToVal(event.offsetX, "x");
      move();
    }));
    heeding.push(() => [live, gains].forEach((own) =>
      shown.forEach((show, index) => [1, 2, 3].forEach((at) => own.setSeries(3 * index + at, { show })))));
    move();
  }
  window.addEventListener("resize", () => {
    for (const own of [plot, live, gains]) if (own) own.setSize({ width: width(own.root.parentNode), height: own.height });
  });
})();
