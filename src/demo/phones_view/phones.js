// Keeps /phones up to date from the server's events, and sends its forms.
"use strict";
const byId = (id) => document.getElementById(id);
const said = byId("said");
function aloud(text) { byId("aloud").textContent = text; }
function say(text, wrong) {
  said.textContent = text;
  said.classList.toggle("wrong", Boolean(wrong));
  aloud(text);
}

// Between two events from the server the simulation's clock runs on here.
let clock = { now: Number(byId("now").dataset.now), speed: Number(byId("now").dataset.speed) };
let heardAt = performance.now();
const wall = new Intl.DateTimeFormat("en-GB", { timeZone: byId("now").dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const span = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");
function tick() {
  const now = clock.now + (performance.now() - heardAt) * clock.speed;
  byId("now").textContent = wall.format(now);
  for (const bar of document.querySelectorAll("#board progress")) {
    const took = "took" in bar.dataset ? Number(bar.dataset.took) : Math.max(0, (now - bar.dataset.received) / 1000);
    bar.value = Math.min(took, bar.max);
    bar.nextElementSibling.textContent = span(took) + " of " + span(bar.max);
  }
}
setInterval(tick, 250);
tick();

// Replaces what is inside `place` and keeps the focus where it was, or as near to it as possible.
function put(place, version, html) {
  const had = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  place.innerHTML = html;
  place.dataset.version = version;
  if (had === undefined) return;
  const next = place.querySelector(`[data-key="${had}"]`) || place.querySelector("button") ||
    place.closest(".phone")?.querySelector("input");
  next?.focus();
}

const inView = new Set();
const looker = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    isIntersecting ? inView.add(target.id) : inView.delete(target.id);
    if (isIntersecting) chip(target.id).classList.remove("new");
  }
}, { threshold: 0.4 });
const chip = (id) => document.querySelector(`.names a[href="#${id}"]`);
for (const phone of document.querySelectorAll(".phone")) {
  looker.observe(phone);
  const screen = phone.querySelector(".screen");
  screen.scrollTop = screen.scrollHeight;
}

function show(news) {
  const phone = byId(news.id), screen = phone?.querySelector(".screen");
  if (!phone) return location.reload(); // somebody new has a phone
  const wanted = new Set(news.bubbles);
  for (const old of [...screen.children]) if (!wanted.has(old.id)) old.remove();
  for (const [id, version, html] of news.fresh) {
    let place = byId(id);
    if (place && place.dataset.version === version) continue;
    const isNew = !place;
    if (isNew) {
      place = document.createElement("div");
      place.id = id;
    }
    put(place, version, html);
    if (isNew) screen.append(place);
    if (isNew && !place.querySelector(".out")) notice(phone);
    const heard = place.querySelector("[data-announce]");
    if (heard) aloud(heard.dataset.announce);
    const hears = place.querySelector(".hears");
    if (hears) hears.scrollTop = hears.lastElementChild.offsetTop;
  }
  screen.scrollTop = screen.scrollHeight;
}
function notice(phone) {
  phone.classList.add("fresh");
  setTimeout(() => phone.classList.remove("fresh"), 2500);
  if (!inView.has(phone.id)) chip(phone.id).classList.add("new");
}

const events = new EventSource("/phones/events");
let lost = false;
events.addEventListener("open", () => { if (lost) say("Connected again."); lost = false; });
events.addEventListener("error", () => { if (!lost) say("No connection to the demo. Has it ended?", true); lost = true; });
events.addEventListener("clock", (event) => { clock = JSON.parse(event.data); heardAt = performance.now(); });
events.addEventListener("phone", (event) => show(JSON.parse(event.data)));
events.addEventListener("board", (event) => {
  const news = JSON.parse(event.data), board = byId("board");
  if (board.dataset.version !== news.version) put(board, news.version, news.html);
  tick();
});

// The forms work without a script; with it, the view need not be loaded again.
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    say(answer.ok ? told.said : told.detail, !answer.ok);
    if (answer.ok && form.matches(".write")) form.reset();
  } catch {
    say("The demo does not answer. Has it ended?", true);
  }
}
document.addEventListener("submit", (event) => {
  if (!event.target.closest("main")) return; // the display switch belongs to the service's own UI
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("change", (event) => { if (event.target.name === "behaviour") send(event.target.form); });
