"use strict";

// What is looked at; all panes share it. The centre is in parts of the picture, the split in parts
// of the stage, and a zoom of 1 fits the picture into the stage.
const view = { picture: 0, zoom: 1, x: 0.5, y: 0.5, split: 0.5 };
const byId = (id) => document.getElementById(id);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
let pictures = [];
let panes = [];

function element(name, properties, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in result) result[key] = value;
    else result.setAttribute(key, value);
  }
  result.append(...children);
  return result;
}

// A pane shows the first view of a picture beside one of the others.
function pane(before, after, name) {
  const images = [after, before].map((shown) =>
    element("img", { src: shown.source, alt: "", draggable: false, onload: draw }));
  const layers = images.map((image) => element("div", { className: "layer" }, image));
  const slider = element("div", {
    className: "slider", role: "slider", tabIndex: 0, "aria-orientation": "horizontal",
    "aria-label": `Share of ${before.label} beside ${after.label}`, "aria-valuemin": 0,
    "aria-valuemax": 100, onkeydown: slide,
  });
  const stage = element("div", {
    className: "stage", role: "group", tabIndex: 0, onkeydown: steer,
    "aria-label": `${name}: ${before.label} and ${after.label}; plus and minus zoom, arrows move`,
  }, ...layers, slider);
  listen(stage);
  const caption = element("figcaption", {}, title(before), title(after));
  const figure = element("figure", {}, caption, stage);
  return { figure, stage, slider, images, before: layers[1] };
}

// What a side is called, and a button that saves it.
function title(shown) {
  const button = element("button", {
    type: "button", "aria-label": `Download ${shown.label}`, onclick: () => save(shown),
  }, "Download");
  return element("div", {}, element("span", { title: shown.label }, shown.label), button);
}

// Saves a picture as the file that it was. A `data:` address of a large one is too long to be
// followed.
function save({ source, file }) {
  if (source.startsWith("blob:")) {
    element("a", { href: source, download: file }).click();
    return;
  }
  const [head, data] = source.split(",");
  const type = head.slice("data:".length, -";base64".length);
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  element("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// Goes on with other pictures: of each its name and its views, the one before first, with a label,
// a `data:` or `blob:` address and the name of its file.
function load(others, index = 0) {
  pictures = others;
  byId("names").replaceChildren(...pictures.map(({ name }) => element("option", {}, name)));
  byId("choice").hidden = pictures.length < 2;
  show(index);
}

function show(index) {
  view.picture = (index + pictures.length) % pictures.length;
  const { name, views } = pictures[view.picture];
  panes = views.slice(1).map((after) => pane(views[0], after, name));
  byId("panes").replaceChildren(...panes.map((each) => each.figure));
  byId("names").selectedIndex = view.picture;
  fit();
}

// Screen pixels that a pixel of the result has when the picture fits the stage.
function fitting({ stage, images }) {
  const [after] = images;
  if (!after.naturalWidth) return 1;
  return Math.min(
    stage.clientWidth / after.naturalWidth, stage.clientHeight / after.naturalHeight);
}

function draw() {
  for (const each of panes) place(each);
  const [first] = panes;
  if (!first) return;
  byId("zoom").textContent = `${Math.round(100 * view.zoom * fitting(first))} %`;
}

function place(each) {
  const scale = view.zoom * fitting(each);
  const [after] = each.images;
  const [width, height] = [after.naturalWidth * scale, after.naturalHeight * scale];
  const left = each.stage.clientWidth / 2 - view.x * width;
  const top = each.stage.clientHeight / 2 - view.y * height;
  for (const image of each.images) {
    if (!image.naturalWidth) continue;
    const [x, y] = [width / image.naturalWidth, height / image.naturalHeight];
    image.style.transform = `translate(${left}px, ${top}px) scale(${x}, ${y})`;
  }
  const share = 100 * view.split;
  each.stage.classList.toggle("near", scale >= 3);
  each.before.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
  each.slider.style.left = `${share}%`;
  each.slider.setAttribute("aria-valuenow", Math.round(share));
  each.slider.setAttribute("aria-valuetext", `${Math.round(share)} %`);
}

function fit() {
  Object.assign(view, { zoom: 1, x: 0.5, y: 0.5 });
  draw();
}

// Keeps the point of the picture where it is that lies so far from the middle of the stage.
function zoomBy(factor, each, right = 0, down = 0) {
  const largest = Math.max(32 / fitting(each), 1);
  const zoom = clamp(view.zoom * factor, Math.min(1, 1 / fitting(each)), largest);
  move(right, down, each);
  view.zoom = zoom;
  move(-right, -down, each);
}

function move(right, down, each) {
  const scale = view.zoom * fitting(each);
  const [after] = each.images;
  view.x = clamp(view.x + right / (scale * (after.naturalWidth || 1)), 0, 1);
  view.y = clamp(view.y + down / (scale * (after.naturalHeight || 1)), 0, 1);
  draw();
}

function split(share) {
  view.split = clamp(share, 0, 1);
  draw();
}

function slide(event) {
  const step = event.shiftKey ? 0.1 : 0.01;
  const shares = {
    ArrowLeft: view.split - step, ArrowDown: view.split - step, ArrowRight: view.split + step,
    ArrowUp: view.split + step, PageDown: view.split - 0.1, PageUp: view.split + 0.1, Home: 0,
    End: 1,
  };
  if (!(event.key in shares)) return;
  split(shares[event.key]);
  event.preventDefault();
  event.stopPropagation();
}

function steer(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const each = panes.find((one) => one.stage === event.currentTarget);
  const [wide, high] = [each.stage.clientWidth / 10, each.stage.clientHeight / 10];
  const actions = {
    "+": () => zoomBy(1.25, each), "=": () => zoomBy(1.25, each), "-": () => zoomBy(0.8, each),
    0: fit, 1: actual, ArrowLeft: () => move(-wide, 0, each), ArrowRight: () => move(wide, 0, each),
    ArrowUp: () => move(0, -high, each), ArrowDown: () => move(0, high, each),
  };
  if (!(event.key in actions)) return;
  actions[event.key]();
  event.preventDefault();
}

function actual() {
  const [first] = panes;
  zoomBy(1 / (view.zoom * fitting(first)), first);
}

// Fingers and the mouse: two pinch, one moves the line, or the picture when it is enlarged.
function listen(stage) {
  const pointers = new Map();
  let slides = false;
  const own = () => panes.find((one) => one.stage === stage);
  stage.onpointerdown = (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    slides = event.target === own().slider || view.zoom <= 1;
    if (slides && pointers.size === 1) split(share(stage, event));
  };
  stage.onpointermove = (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = [...pointers.values()];
    const [x, y] = pointers.get(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pointers.size > 1) pinch(own(), before, [...pointers.values()]);
    else if (slides) split(share(stage, event));
    else move(x - event.clientX, y - event.clientY, own());
  };
  stage.onpointerup = stage.onpointercancel = (event) => pointers.delete(event.pointerId);
  stage.addEventListener("wheel", (event) => {
    const place = fromMiddle(stage, event.clientX, event.clientY);
    zoomBy(Math.exp(-event.deltaY / 300), own(), ...place);
    event.preventDefault();
  }, { passive: false });
}

function share(stage, event) {
  const box = stage.getBoundingClientRect();
  return (event.clientX - box.left) / box.width;
}

function fromMiddle(stage, x, y) {
  const box = stage.getBoundingClientRect();
  return [x - box.left - box.width / 2, y - box.top - box.height / 2];
}

function pinch(each, before, after) {
  const distance = ([[a, b], [c, d]]) => Math.hypot(a - c, b - d) || 1;
  const middle = ([[a, b], [c, d]]) => [(a + c) / 2, (b + d) / 2];
  const [from, to] = [middle(before), middle(after)];
  move(from[0] - to[0], from[1] - to[1], each);
  zoomBy(distance(after) / distance(before), each, ...fromMiddle(each.stage, ...to));
}

byId("names").onchange = (event) => show(event.target.selectedIndex);
byId("previous").onclick = () => show(view.picture - 1);
byId("next").onclick = () => show(view.picture + 1);
byId("in").onclick = () => zoomBy(1.25, panes[0]);
byId("out").onclick = () => zoomBy(0.8, panes[0]);
byId("fit").onclick = fit;
byId("actual").onclick = actual;
new ResizeObserver(draw).observe(byId("panes"));
