// Stands last in the page under test: does what a reader does, and leaves the faults in place of the page.
addEventListener("load", async () => {
  const find = (css) => document.querySelector(css);
  const all = (css) => [...document.querySelectorAll(css)];
  const hold = (truth, words) => { if (!truth) faults.push(words); };
  // Charts draw once the script rests; a browser without a window makes no frames to wait for.
  const frame = () => new Promise((done) => setTimeout(done, 50));
  // A range as the arrow keys leave it. Boxes are switched by the space bar, ranges by arrows, where the tab key leads.
  const slide = (range, value) => {
    range.value = value;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    return frame();
  };
  const reached = (own) => own.tabIndex >= 0 && !own.disabled && own.offsetParent !== null;
  const drawn = (css) => find(css + " canvas").toDataURL();
  // The column of a chart with most pixels of the marker's grey.
  const marked = (css) => {
    const { width, height } = find(css + " canvas");
    const { data } = find(css + " canvas").getContext("2d").getImageData(0, 0, width, height);
    const dark = new Array(width).fill(0);
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === 0x22 && data[at + 1] === 0x22 && data[at + 2] === 0x22) dark[(at / 4) % width] += 1;
    }
    const most = Math.max(...dark);
    return most > height / 4 ? dark.indexOf(most) : null;
  };

  const data = JSON.parse(find("#data").textContent);
  const labels = data.strategies.map((own) => own.label);
  const boxes = all("#shown input");
  const read = find("#curves-read");

  const told = (text) => read.textContent.replace(/^Month [0-9.]+[.] /, "").split("; ").some((own) => own.startsWith(text));

  const seen = (some) => [...some].filter((own) => own.offsetParent !== null);
  const figures = () => {
    hold(all("figure").length > 3, "few figures");
    all("figure").forEach((own) => hold(own.querySelector(".frames") || seen(own.querySelectorAll(".drawn")).length === 1, own.id + " is not shown once"));
    seen(all("figure .drawn")).forEach((own) => {
      const { width, height } = own.querySelector("svg").getBoundingClientRect();
      hold(width > 100 && height > 60, own.closest("figure").id + " is " + width + " by " + height);
    });
  };

  // The month moves by keyboard and is told in words.
  const survival = async () => {
    const month = find("#month");
    hold(reached(month), "the month is not reached by keyboard");
    await slide(month, 6);
    labels.forEach((label, index) => {
      const line = label + ": " + (100 * data.curves[0].series[index].mean[6]).toFixed(1) + " %";
      hold(told(line), `month 6 does not say ${line}, but ${read.textContent}`);
    });
    hold(month.getAttribute("aria-valuetext") === "month 6", "the month has no words");
    const near = data.curves[0].near.filter((own) => own.month <= Number(find("#until").value));
    const said = find("#curves-words").textContent.includes("Discs are published of other patients");
    hold(said === near.length > 0, "points of near patients are not told");
  };

  // Strategies hide, stay hidden in another curve, and come back, in all charts.
  const strategies = async () => {
    hold(boxes.length === labels.length, "not a box for each strategy");
    hold(boxes.every(reached), "boxes are not reached by keyboard");
    const charts = ["#curves", "#acceptability-live", "#benefit-live"].filter((css) => find(css));
    const before = charts.map(drawn);
    boxes[0].click();
    await frame();
    charts.forEach((css, at) => hold(drawn(css) !== before[at], css + " does not heed the boxes"));
    hold(!told(labels[0] + ":"), "a hidden strategy is still told");
    find("#until").selectedIndex = 0;
    find("#until").dispatchEvent(new Event("change"));
    hold(!boxes[0].checked && !told(labels[0] + ":"), "a hidden strategy comes back");
    boxes[0].click();
    await frame();
    hold(told(labels[0] + ":"), "a strategy does not come back");
  };

  // The threshold moves its marker on the curves, and net benefit is effect times threshold less cost.
  const threshold = async (money) => {
    const range = find("#threshold");
    hold(reached(range), "the threshold is not reached by keyboard");
    const [places, beside] = [[], []];
    for (const part of [0.25, 0.75]) {
      const at = Math.floor(part * (money.wtp.length - 1));
      await slide(range, money.wtp[at]);
      places.push(marked("#acceptability-live"));
      beside.push(marked("#benefit-live"));
      all("#threshold-table tbody tr").forEach((line, index) => {
        const own = money.strategies[index];
        const wanted = own.effect * money.wtp[at] - own.cost;
        const [shown, error] = line.cells[2].textContent.replaceAll(",", "").split(" ± ").map(Number);
        const found = shown;
        hold(error > 0, "net benefit without an error");
        hold(Math.abs(found - wanted) <= 1, `net benefit ${found}, not ${wanted}`);
        hold(line.cells[1].textContent === (100 * own.best[at]).toFixed(1) + " %", "another probability of being best");
      });
      // Where no draw changes the decision there is none.
      const sure = money.evpi_se[at] > 0;
      // An error that would reach below nothing is told as a range from nothing on.
      const words = find("#threshold-value").textContent;
      const below = 1.96 * money.evpi_se[at] > money.evpi[at];
      hold(words.includes(" ± ") === (sure && !below), "no error beside the value of knowing");
      hold(words.includes(" (0 to ") === (sure && below), "a value of knowing below nothing");
      hold(!sure || words.endsWith(" " + money.currency + " a person"), "a value of knowing without its currency");
      hold(sure || find("#threshold-value").textContent.endsWith("nothing as far as these draws tell"), "a certain nothing");
    }
    hold(money.evpi_se.some((own) => own > 0), "no value of knowing has an error");
    hold(places.every((own) => own !== null) && places[0] < places[1], "the marker does not move: " + places);
    hold(beside.every((own) => own !== null) && beside[0] < beside[1], "net benefit does not move: " + beside);
  };

  // Another resource draws another chart; the days move by keyboard, and their values are told as the table has them.
  const demand = async (own) => {
    const [resource, step] = [find("#resource"), find("#step")];
    hold(reached(resource) && reached(step), "the demand is not reached by keyboard");
    const said = () => find("#demand-read").textContent;
    const before = drawn("#demand-live");
    resource.selectedIndex = own.resources.findIndex((one) => one.name.startsWith("Beds"));
    resource.dispatchEvent(new Event("change", { bubbles: true }));
    await frame();
    hold(drawn("#demand-live") !== before, "the demand does not heed the resource");
    const at = own.edges.length - 2;
    await slide(step, at);
    const beds = own.resources[resource.value];
    hold(said().startsWith(`Days ${own.edges[at] + 1} to ${own.edges[at + 1]}, `), "no days in " + said());
    const range = beds.low.length ? ` (${beds.low[at]} to ${beds.high[at]} in 95 % of the draws)` : "";
    hold(said().includes(`is ${beds.in_50[at]} in 50 of 100 replications, ${beds.in_95[at]}${range} in 95 of `), "other values in " + said());
    // The pointer reads the step that it is in, near its end too.
    const over = find("#demand-live .u-over");
    const { left, top, width } = over.getBoundingClientRect();
    const last = own.edges[own.edges.length - 1];
    const day = own.edges[2] - 1;
    over.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX: left + (width * day) / last, clientY: top + 10 }));
    await frame();
    hold(said().startsWith(`Days ${own.edges[1] + 1} to ${own.edges[2]}, `), `day ${day} is told as ${said()}`);
    hold(beds.in_50.every((low, index) => low <= beds.in_95[index] && beds.in_95[index] <= beds.in_99[index]), "bands cross");
    hold(beds.beds == null || said().includes("beds that there are"), "no beds in " + said());
  };

  // A heading sorts, up and then down.
  const tables = () => {
    const table = find("table.sortable");
    const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === "mean");
    const button = table.tHead.rows[0].cells[at].querySelector("button");
    const cells = () => [...table.tBodies[0].rows].map((line) => line.cells[at].dataset.value);
    const values = () => cells().filter((own) => own !== undefined).map(Number);
    const up = values().sort((a, b) => a - b);
    hold(up.length > 3 && reached(button), "no table to sort by keyboard");
    button.click();
    hold(String(values()) === String(up), "a table is not sorted");
    button.click();
    hold(String(values()) === String(up.reverse()), "a table is not sorted downwards");
  };

  // A figure in the text of a lesson says where it stands.
  const lesson = () => all("button.asks").slice(0, 3).forEach((own) => {
    own.click();
    const said = own.nextElementSibling;
    hold(reached(own) && said.offsetWidth > 0 && said.textContent.includes(own.dataset.whence), own.textContent + " is silent");
  });

  try {
    await frame();
    figures();
    await survival();
    await strategies();
    if (data.money) await threshold(data.money);
    hold(Boolean(data.demand) === Boolean(find("#demand-live")), "a demand without its chart, or a chart without one");
    if (data.demand) await demand(data.demand);
    tables();
    lesson();
    hold(performance.getEntriesByType("resource").length === 0, "something was asked for over the network");
  } catch (error) {
    faults.push("test: " + error.stack);
  }
  const verdict = document.createElement("pre");
  verdict.textContent = "VERDICT\n" + faults.join("\n") + "\nEND";
  document.body.replaceChildren(verdict);
});
