// The one script of every page: it keeps what the server wrote up to date. Without it every page works, as of its loading.
"use strict";
{
  // The service's clock, which the demo runs faster, counted on from when the page came: the device's own may be wrong.
  const { now, speed } = document.documentElement.dataset;
  const loadedAt = performance.now();
  const serverNow = () => Number(now) + (performance.now() - loadedAt) * Number(speed);

  // ---- relative times, in the words of `from_now` in rules/wording/times.py ----
  const span = (minutes) => {
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h` + (minutes % 60 ? ` ${minutes % 60} min` : "");
    const days = Math.floor(minutes / (24 * 60));
    return days === 1 ? "1 day" : `${days} days`;
  };
  const fromNow = (moment) => {
    const away = moment - serverNow(), minutes = Math.floor(Math.abs(away) / 60000);
    if (minutes === 0) return "now";
    return away > 0 ? `in ${span(minutes)}` : `${span(minutes)} ago`;
  };
  const refresh = () => {
    for (const place of document.querySelectorAll("[data-from-now]")) {
      const said = fromNow(Date.parse(place.dataset.fromNow));
      if (place.textContent !== said) place.textContent = said;
    }
  };
  setInterval(refresh, 1000);

  // ---- live: what the board adds stands here ----
}
