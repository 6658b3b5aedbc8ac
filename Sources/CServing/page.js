
// What the server's page does besides comparing pictures: it orders results and follows them.
const AT_ONCE = 3; // A browser has six connections to a server; a job that is followed takes one.
let key = "";
let names = [];
let chosen = [];
const waiting = [];
let working = 0;

// Asks the server. Throws an error with what it says where that is no success.
async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, headers: key ? { "X-API-Key": key } : {} });
  if (answer.ok) return answer;
  if (answer.status === 401) byId("entry").hidden = false;
  const told = await answer.json().catch(() => null);
  const error = new Error(told?.error?.message ?? `the server answered ${answer.status}`);
  error.seconds = answer.status === 429 ? Number(answer.headers.get("retry-after")) || 1 : 0;
  throw error;
}

// Learns which models and options there are.
async function learn() {
  try {
    const [models, can] = await Promise.all(
      ["/v1/models", "/v1/capabilities"].map(async (path) => (await ask(path)).json()));
    names = can.options;
    byId("entry").hidden = true;
    byId("model").replaceChildren(...models.data.map(({ id, scale }) => element(
      "option", { value: id }, scale > 1 ? `${id} (${scale} times as large)` : id)));
    tell("");
  } catch (error) {
    tell(error.message);
  }
  update();
}

function tell(text) {
  byId("told").textContent = text;
}

function update() {
  byId("restore").disabled = chosen.length === 0 || byId("model").length === 0;
  byId("more").disabled = names.length === 0;
}

function choose(files) {
  if (files.length === 0) return;
  chosen = [...files];
  byId("chosen").textContent = chosen.length > 1 ? `${chosen.length} pictures` : chosen[0].name;
  update();
}

// A row for an option: its name, its value and what takes it away.
function addOption() {
  const name = element("select", { "aria-label": "Option" },
    ...names.map((each) => element("option", {}, each)));
  const value = element("input", { "aria-label": "Its value", placeholder: "true" });
  const row = element("div", { className: "option" }, name, value, element("button", {
    type: "button", "aria-label": "Remove the option", onclick: () => {
      row.remove();
      byId("more").focus();
    },
  }, "\u00d7"));
  byId("options").append(row);
  name.focus();
}

function options() {
  return [...document.querySelectorAll(".option")].map((row) => {
    const [name, value] = [row.querySelector("select"), row.querySelector("input")];
    return [name.value, value.value || "true"];
  });
}

// Orders a result of each chosen picture.
function restore(event) {
  event.preventDefault();
  for (const file of chosen) {
    const order = { file, model: byId("model").value, options: options(), upload: new AbortController() };
    waiting.push(order);
    enlist(order);
  }
  proceed();
}

// A line in the list of what is at hand.
function enlist(order) {
  order.bar = element("progress", { max: 1, value: 0, "aria-label": `Progress of ${order.file.name}` });
  order.text = element("span", {}, `${order.file.name}: waiting`);
  order.stop = element("button", {
    type: "button", "aria-label": `Cancel ${order.file.name}`, onclick: () => cancel(order),
  }, "Cancel");
  order.row = element("li", {}, order.text, order.stop, order.bar);
  byId("jobs").prepend(order.row);
}

function cancel(order) {
  order.isOver = true;
  order.upload.abort();
  if (order.id) ask(`/v1/jobs/${order.id}`, { method: "DELETE" }).catch(() => {});
  end(order, "cancelled");
}

function end(order, state) {
  order.isOver = true;
  order.text.textContent = `${order.file.name}: ${state}`;
  const hadFocus = document.activeElement === order.stop;
  order.stop.remove();
  order.bar.remove();
  if (hadFocus) byId("restore").focus();
}

function proceed() {
  while (working < AT_ONCE && waiting.length > 0) {
    const order = waiting.shift();
    if (order.isOver) continue;
    working += 1;
    perform(order).catch((error) => order.isOver || end(order, error.message)).finally(() => {
      working -= 1;
      proceed();
    });
  }
}

// Has a picture restored, and shows the result.
async function perform(order) {
  await submit(order);
  const state = await follow(order);
  if (order.isOver) return;
  const result = await ask(`/v1/jobs/${order.id}/result`, { signal: order.upload.signal });
  present(order, await result.blob());
  end(order, state);
  // The page has it; the server need not keep it.
  ask(`/v1/jobs/${order.id}`, { method: "DELETE" }).catch(() => {});
}

// Sends a picture, again and again while the server is busy.
async function submit(order) {
  const query = new URLSearchParams(
    [["model", order.model], ["name", order.file.name], ...order.options]);
  while (!order.id) {
    try {
      const answer = await ask(`/v1/jobs?${query}`, {
        method: "POST", body: order.file, signal: order.upload.signal,
      });
      order.id = (await answer.json()).id;
    } catch (error) {
      if (!error.seconds || order.isOver) throw error;
      order.text.textContent = `${order.file.name}: the server is busy`;
      await new Promise((done) => { setTimeout(done, 1000 * error.seconds); });
    }
  }
  if (order.isOver) cancel(order);
}

// Reads a job's events until it has ended, and returns its last state. The browser's own reader of
// events brings no key along.
async function follow(order) {
  const answer = await ask(`/v1/jobs/${order.id}/events`, { signal: order.upload.signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let [text, state] = ["", ""];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return state;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event);
      if (!data || order.isOver) continue;
      const job = JSON.parse(data[1]);
      if (job.error) throw new Error(job.error);
      order.bar.value = job.progress;
      state = job.state;
      order.text.textContent = `${order.file.name}: ${state}`;
    }
  }
}

// Puts a result beside the picture that it was made of, and beside its other results.
function present({ file, model, options: asked }, result) {
  let index = pictures.findIndex((each) => each.original === file);
  if (index < 0) {
    const before = { label: "before", file: file.name, source: URL.createObjectURL(file) };
    index = pictures.push({ name: file.name, original: file, views: [before] }) - 1;
  }
  const { views } = pictures[index];
  const label = [model, ...asked.map(([name, value]) => `${name} ${value}`)].join(", ");
  const same = views.filter((each) => each.like === label).length;
  const ending = { jpeg: "jpg", tiff: "tif" }[result.type.slice(6)] ?? result.type.slice(6);
  views.push({
    like: label, label: same > 0 ? `${label} (${same + 1})` : label,
    file: `${file.name.replace(/\.[^.]*$/, "")}_${model}.${ending}`,
    source: URL.createObjectURL(result),
  });
  load(pictures, index);
}

byId("files").onchange = (event) => choose(event.target.files);
byId("order").onsubmit = restore;
byId("more").onclick = addOption;
byId("key").onkeydown = (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  byId("enter").click();
};
byId("enter").onclick = () => {
  key = byId("key").value;
  learn();
};
document.ondragover = (event) => {
  event.preventDefault();
  byId("drop").classList.add("over");
};
document.ondragleave = (event) => {
  if (!event.relatedTarget) byId("drop").classList.remove("over");
};
document.ondrop = (event) => {
  event.preventDefault();
  byId("drop").classList.remove("over");
  choose(event.dataTransfer.files);
};
document.onpaste = (event) => choose(event.clipboardData.files);
learn();
