// The one script of every view: it keeps what the server wrote up to date. Without it every view works, as of its loading.
"use strict";
{
  // The service's clock, which the demo runs faster, counted on from when we last heard it: the device's own may be wrong.
  const { zone } = document.documentElement.dataset;
  let clock = { ...document.documentElement.dataset }, heardAt = performance.now();
  const serverNow = () => Number(clock.now) + (performance.now() - heardAt) * Number(clock.speed);

  // ---- times that run, in the words of rules/wording/times.py ----
  const span = (minutes) => {
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h` + (minutes % 60 ? ` ${minutes % 60} min` : "");
    const days = Math.floor(minutes / (24 * 60));
    return days === 1 ? "1 day" : `${days} days`;
  };
  const fromNow = (moment) => {
    const away = moment - serverNow(), minutes = Math.floor(Math.abs(away) / 60000);
    if (minutes === 0) return away > 5000 ? "in under 1 min" : "now";
    return away > 0 ? `in ${span(minutes)}` : `${span(minutes)} ago`;
  };
  const howLong = (milliseconds) => milliseconds < 60000 ? "under 1 min" : span(Math.floor(milliseconds / 60000));
  const two = (number) => String(number).padStart(2, "0");
  const running = (milliseconds) => {
    const all = Math.floor(Math.max(0, milliseconds) / 1000), hours = Math.floor(all / 3600), minutes = Math.floor(all / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
  };
  const left = (until) => {
    const rest = until - serverNow();
    if (rest <= 0) return [running(-rest), rest <= -3600000 ? "h over" : "min over"];
    return rest < 15 * 60000 ? [running(rest), "min left of"] : [String(Math.floor(rest / 60000)), "min left of"];
  };
  const say = (place, words) => { if (place.textContent !== words) place.textContent = words; };
  const each = (name, fill) => { for (const place of document.querySelectorAll(`[data-${name}]`)) fill(place); };
  const wall = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  const toMinutes = wall({ hour: "2-digit", minute: "2-digit" });
  const toSeconds = wall({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const days = wall({ weekday: "short", day: "2-digit", month: "short" });
  const day = (moment) => days.format(moment).replace(",", "").replace("Sept", "Sep");
  const refresh = () => {
    const now = serverNow();
    each("from-now", (place) => say(place, fromNow(Date.parse(place.dataset.fromNow))));
    each("left", (place) => {
      const [number, unit] = left(Number(place.dataset.left));
      say(place, number);
      say(place.nextElementSibling.firstElementChild, unit);
    });
    each("minutes-to", (place) => {
      const away = Date.parse(place.dataset.minutesTo) - now;
      say(place.querySelector("b"), String(Math.floor(Math.abs(away) / 60000)));
      say(place.querySelector("small span"), away >= 0 ? "min left" : "min over");
    });
    each("count", (place) => say(place, running(place.dataset.count - now)));
    each("span", (place) => say(place, howLong(now - place.dataset.span)));
    each("age", (place) => say(place, running(now - place.dataset.age)));
    each("clock", (place) => say(place, toMinutes.format(now)));
    each("track", (place) => {
      const x = `${Math.min(Math.max((now - place.dataset.track) * 100 / place.dataset.until, 0), 100).toFixed(2)}%`;
      const here = place.querySelector(".here");
      place.querySelector(".gone").setAttribute("width", x);
      here.setAttribute("x1", x);
      here.setAttribute("x2", x);
    });
  };
  setInterval(refresh, 1000);

  // On a phone the navigation scrolls sideways: it starts where the name of the current item is seen.
  const here = document.querySelector(".places [aria-current]"), places = here?.closest(".places");
  if (places) places.scrollLeft += Math.max(0, here.getBoundingClientRect().right - places.getBoundingClientRect().right);

  // ---- live: a view that says where its events come from is kept as the server has it ----
  const view = document.querySelector("[data-live-from]");
  if (view) keepLive(view);

  function keepLive(root) {
    const from = root.dataset.liveFrom, events = new EventTarget(), has = new Map();
    const shared = window.BroadcastChannel && navigator.locks ? new BroadcastChannel(`dispatch ${from}`) : null;
    let digest = root.dataset.digest, heard = Date.now(), lastWord = serverNow(), lost = 0, source = null, live = false;
    // `leads`: this tab holds the line of all tabs. `elsewhere`: another browser took it, so it waits for a press: two
    // that took it from each other by themselves would go on for ever.
    let leads = !shared, elsewhere = false, tries = 0;
    const QUIET = 20000, LOST = 4000;

    // ---- what is seen of it ----
    const old = document.getElementById("not-live")?.content.firstElementChild.cloneNode(true);
    const lead = document.querySelector('[data-slot="lead"]');
    const paper = matchMedia("print"); // paper says of what moment it is
    const judge = () => {
      const now = Date.now(), stale = elsewhere || now - heard > QUIET || (lost > 0 && now - lost > LOST);
      for (const place of document.querySelectorAll(".band [data-live]"))
        say(place, stale ? `Not live since ${toSeconds.format(lastWord)}` : !live ? place.textContent
          : paper.matches ? `${day(lastWord)}, as of ${toSeconds.format(lastWord)}` : `${day(serverNow())} · live`);
      if (!old || stale === !old.isConnected) {
        if (old && stale) {
          lead.hidden = true;
          lead.after(old);
        } else if (old) {
          old.remove();
          lead.hidden = false;
        }
        aloud(stale ? `${elsewhere ? "Shown elsewhere" : "Not live"}. What you see may be old.` : `Live again. ${document.querySelector("[data-needs] h1")?.textContent ?? ""}`);
        if (stale) sound.play();
      }
      if (stale) {
        say(old.querySelector("h1"), elsewhere ? "Shown elsewhere" : "Not live");
        old.querySelector("[data-trying]").hidden = elsewhere;
        old.querySelector("[data-show]").hidden = !elsewhere;
        for (const place of old.querySelectorAll("[data-last]"))
          say(place, paper.matches ? `${day(lastWord)}, ${toSeconds.format(lastWord)}`
            : `${toSeconds.format(lastWord)}, ${howLong(serverNow() - lastWord)} ago`);
        document.documentElement.dataset.stale = "";
      } else delete document.documentElement.dataset.stale;
      sound.title(stale);
    };
    const aloud = (words) => {
      const place = document.getElementById("aloud");
      if (!place) return;
      place.textContent = ""; // the same words once more are read only where they are new
      setTimeout(() => say(place, words), 50);
    };
    setInterval(judge, 500);
    paper.addEventListener("change", judge);

    // ---- what comes ----
    const word = (news) => {
      clock = { now: news.now, speed: news.speed };
      heardAt = performance.now();
      [heard, lastWord] = [Date.now(), news.now];
    };
    const onLine = (news) => { // what was only fetched is new, and not live
      word(news);
      [lost, live, tries] = [0, true, 0];
    };
    const apply = (news) => {
      const parts = Object.values(news.slots).flat();
      if (parts.some(([id, made]) => !(id in news.html) && has.get(id) !== made && !stay.has(id))) return whole();
      word(news);
      if (news.digest !== digest || stay.size || parts.some(([id]) => !document.getElementById(id))) {
        const kept = keepPlace();
        for (const slot of document.querySelectorAll("[data-slot]")) fill(slot, news.slots[slot.dataset.slot] ?? [], news.html);
        kept();
      }
      has.clear();
      for (const [id, made] of parts) has.set(id, made);
      digest = news.digest;
      refresh();
      judge();
      events.dispatchEvent(new Event("shown"));
    };
    const fill = (slot, parts, html) => {
      const wanted = parts.map(([id, made]) => {
        const there = document.getElementById(id);
        if (there && !(id in html) || there && has.get(id) === made && !stay.has(id)) return there;
        if (there && isFilledIn(there)) {
          stay.add(id);
          return there;
        }
        stay.delete(id);
        const made_ = document.createElement("template");
        made_.innerHTML = html[id];
        const fresh = made_.content.firstElementChild;
        if (there) {
          for (const open of there.querySelectorAll("details[open][id]")) fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
          there.replaceWith(fresh);
        }
        return fresh;
      });
      const stays = new Set(wanted);
      for (const child of [...slot.children]) if (!stays.has(child)) child.remove();
      wanted.forEach((one, place) => { if (slot.children[place] !== one) slot.insertBefore(one, slot.children[place] ?? null); });
    };
    // A form that somebody has open or types into stays as it is. What came meanwhile is shown when they leave it; the
    // server works out again what they send in any case.
    const stay = new Set(); // the ids of parts that are older than what has come
    const isOpen = (form) => form.closest("details") && !form.closest("details:not([open])");
    const isFilledIn = (part) => [...part.querySelectorAll("form")].some(isOpen) || part.querySelector("input:focus, select:focus, textarea:focus");
    for (const leaves of ["toggle", "focusout"]) root.addEventListener(leaves, () => setTimeout(() => {
      if ([...stay].some((id) => document.getElementById(id) && !isFilledIn(document.getElementById(id)))) whole();
    }), true);
    // Whoever moves through the view by keyboard stays where they were, even when that part is replaced.
    const keepPlace = () => {
      const had = document.activeElement, part = had?.closest("[data-slot] > [id]");
      if (!part) return () => {};
      const within = (one) => [...one.querySelectorAll("a, button, input, select, textarea, summary")];
      const place = within(part).indexOf(had);
      return () => {
        if (document.activeElement === had && had.isConnected) return;
        const now = document.getElementById(part.id);
        (now && within(now)[Math.max(0, place)] || document.getElementById("main")).focus({ preventScroll: true });
      };
    };
    const whole = async () => {
      try {
        const answer = await fetch(`${from}/state`, { headers: { Accept: "application/json" } });
        if (answer.status === 401 || answer.status === 403) return over();
        if (answer.ok) apply(await answer.json());
      } catch { /* the next word tries again */ }
    };
    const over = (news) => {
      if (news?.why !== "elsewhere") return location.reload(); // which leads to signing in
      source?.close();
      elsewhere = true;
      judge();
    };
    const show = () => {
      if (!elsewhere) return;
      [elsewhere, lost] = [false, Date.now()];
      if (leads) connect();
    };
    const take = {
      state: (news) => { onLine(news); apply(news); },
      beat: onLine,
      over,
      show,
      lost: () => { lost ||= Date.now(); },
    };
    const tell = (kind, news) => {
      shared?.postMessage([kind, news]);
      take[kind](news);
    };

    // ---- one connection for all tabs: a browser has six for a host, and the seventh tab would hang ----
    const connect = () => {
      source = new EventSource(`${from}/events?shown=${encodeURIComponent(digest)}`);
      for (const kind of ["state", "beat", "over"]) source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
      source.addEventListener("error", async () => {
        tell("lost");
        if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
        await new Promise((then) => setTimeout(then, Math.min(1000 * 2 ** tries++, 10000))); // refused, perhaps for being one too many
        await whole(); // says whether anybody is still signed in
        connect();
      });
    };
    old?.querySelector("[data-show]").addEventListener("click", () => tell("show"));
    if (shared) {
      shared.addEventListener("message", ({ data: [kind, news] }) => take[kind](news));
      navigator.locks.request(`dispatch ${from}`, { mode: "exclusive" }, () => new Promise(() => {
        leads = true;
        if (!elsewhere) connect();
      }));
      tell("show"); // whoever opens a tab wants it here
      whole();
    } else connect();
    document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - heard > QUIET) whole(); });

    // ---- the title tells of what needs a person, and of a view that is old; a sound, for whoever wants it ----
    const sound = (() => {
      const box = document.getElementById("sound"), words = document.title, said = document.getElementById("sound-said");
      let tones = null, known = new Set(), on = false;
      const needs = () => (document.querySelector("[data-needs]")?.dataset.needs ?? "").split(" ").filter(Boolean);
      const play = () => {
        [880, 660, 880, 660].forEach((pitch, place) => {
          const tone = tones.createOscillator(), loud = tones.createGain(), at = tones.currentTime + place * .22;
          tone.frequency.value = pitch;
          loud.gain.setValueAtTime(.0001, at);
          loud.gain.exponentialRampToValueAtTime(.4, at + .02);
          loud.gain.exponentialRampToValueAtTime(.0001, at + .2);
          tone.connect(loud).connect(tones.destination);
          tone.start(at);
          tone.stop(at + .21);
        });
        document.documentElement.dataset.sounded = Number(document.documentElement.dataset.sounded ?? 0) + 1;
      };
      const playIfOn = () => { if (on) play(); };
      const ready = async () => {
        tones ??= new AudioContext();
        await tones.resume();
        return tones.state === "running";
      };
      const title = (stale) => {
        const count = needs().length;
        const wanted = stale ? `Not live · ${words}` : count ? `(${count}) Needs you · ${words}` : words;
        if (document.title !== wanted) document.title = wanted;
      };
      // Each is the id of a part and those of its alarms, since what needs somebody already may have a new one.
      const ids = () => new Set(needs().flatMap((one) => one.split(":")));
      events.addEventListener("shown", () => {
        const fresh = needs().map((one) => one.split(":")).filter((some) => some.some((id) => !known.has(id)));
        if (fresh.length) {
          const said = fresh.map(([part]) => document.getElementById(part)?.getAttribute("aria-label"));
          aloud([document.querySelector("[data-needs] h1")?.textContent, ...said].filter(Boolean).join(". "));
          playIfOn();
        }
        known = ids();
      });
      known = ids();
      if (box) {
        box.hidden = false;
        box.addEventListener("click", async ({ target }) => {
          const button = target.closest("button[name=sound]");
          if (!button) return;
          const plays = await ready();
          if (button.value === "test") {
            if (plays) play();
            return say(said, plays ? "That is how a new alarm sounds. If you heard nothing, look at this device's volume." : "This browser plays no sound here.");
          }
          on = plays && !on;
          say(button, on ? "Turn the sound off" : "Turn the sound on");
          button.setAttribute("aria-pressed", String(on));
          say(said, !plays ? "This browser plays no sound here." : on ? "On, until this tab is closed. A new alarm sounds here, and so does a board that is not live." : "Off.");
        });
      }
      return { title, play: playIfOn };
    })();
  }
}
