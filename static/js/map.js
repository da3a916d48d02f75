// Maps, over pages that are whole without them: it finds [data-map], and brings Leaflet in only once one can be seen.
// Its law: every marker is a button with its record's name; nothing here knows a place that the page does not tell.
(() => {
  "use strict";

  const SIDE = 40, TALL = 48; // pixels: no two markers stand nearer than that, across and upwards
  const HOME = [[50.1, -7.5], [59.3, 1.7]]; // what is shown before there is a point
  const STEP = 10; // pixels that an arrow moves the pin; with Shift one
  const PIN = "M18 1C8.600 1 1 8.500 1 17.700 1 30 18 47 18 47s17-17 17-29.300C35 8.500 27.400 1 18 1z";
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const make = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const drawn = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (text) => { document.getElementById("live").textContent = text; };

  // ---- Leaflet, once ----
  let leaflet = null;
  const fetched = (frame) => {
    leaflet = leaflet || new Promise((resolve, reject) => {
      const sheet = make("link"), script = make("script");
      sheet.rel = "stylesheet";
      sheet.href = frame.dataset.sheet;
      script.src = frame.dataset.script;
      script.onload = () => resolve(window.L);
      script.onerror = reject;
      document.head.prepend(sheet); // our own sheet comes after it
      document.head.append(script);
    });
    return leaflet;
  };

  // ---- markers ----
  const icon = (name, count, mark) => {
    const button = make("button", "small map-pin" + (count > 1 ? " map-many" : "") + (mark ? ` map-${mark}` : ""));
    if (mark) button.dataset.name = name; // written beside it
    button.type = "button";
    button.setAttribute("aria-label", name);
    const svg = drawn("svg", { viewBox: "0 0 36 48", "aria-hidden": "true" });
    svg.append(drawn("path", { d: PIN }));
    if (count === 1) svg.append(drawn("circle", { cx: 18, cy: 17.500, r: 6 }));
    button.append(svg);
    if (count > 1) button.append(make("span", "", String(count)));
    return button;
  };
  const marker = (L, at, button, options) => {
    const own = L.icon({ iconUrl: "-", iconSize: [36, 48], iconAnchor: [18, 48], className: button.className });
    own.createIcon = () => { own._setIconStyles(button, "icon"); return button; };
    own.createShadow = () => null;
    return L.marker(at, { icon: own, keyboard: false, autoPanOnFocus: true, ...options });
  };

  // Points too near each other for two markers share that of the first; gives lists of points.
  const gathered = (map, points, zoom) => {
    if (points.some((point) => point.mark)) return points.map((point) => [point]); // before and after are never one
    const groups = [];
    for (const point of points) {
      const { x, y } = map.project(point.at, zoom);
      const near = groups.find((group) => Math.abs(group.x - x) < SIDE && Math.abs(group.y - y) < TALL);
      if (near) near.points.push(point);
      else groups.push({ x, y, points: [point] });
    }
    return groups.map((group) => group.points);
  };

  const told = (points) => {
    const list = make("ul", "map-told");
    for (const { name, url, words } of points) {
      const item = list.appendChild(make("li"));
      const title = item.appendChild(make(url ? "a" : "strong", "", name));
      if (url) title.href = url;
      if (words) item.append(make("small", "", words));
    }
    return list;
  };

  const open = (L, map, words, button, at, points) => {
    const content = told(points);
    const popup = L.popup({
      offset: [0, -40], maxWidth: Math.min(260, map.getSize().x - 130), maxHeight: 150, autoPanPaddingTopLeft: [64, 12], autoPanPaddingBottomRight: [12, 30],
    });
    popup.setLatLng(at).setContent(content).openOn(map);
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
    content.tabIndex = -1;
    (content.querySelector("a") || content).focus({ preventScroll: true });
    const frame = map.getContainer();
    const giveBack = () => { // unless somebody has gone on elsewhere: a closing popup leaves it to the page or to the map
      const holder = document.activeElement;
      if (holder !== document.body && holder !== frame && !popup.getElement().contains(holder)) return;
      const pin = button.isConnected ? button : [...frame.querySelectorAll(".map-pin")].find((one) => points.includes(one.point));
      if (pin) pin.focus({ preventScroll: true });
    };
    popup.on("remove", () => { giveBack(); setTimeout(giveBack, 300); }); // it fades, and goes only then
  };

  const press = (L, map, words, button, points) => {
    const bounds = L.latLngBounds(points.map((point) => point.at));
    const closer = Math.min(map.getBoundsZoom(bounds, false, L.point(60, 80)), map.getMaxZoom());
    if (gathered(map, points, closer).length === 1) return open(L, map, words, button, points[0].at, points);
    map.once("zoomend", () => map.fire("gathered", { focus: points }));
    map.setView(bounds.getCenter(), closer, { animate: !isStill });
  };

  const showPoints = (L, map, frame, words) => {
    const points = JSON.parse(frame.dataset.points).map((one) => ({ ...one, at: L.latLng(one.latitude, one.longitude) }));
    const layer = L.layerGroup().addTo(map);
    const draw = () => {
      map.closePopup();
      layer.clearLayers();
      for (const group of gathered(map, points)) {
        const name = group.length === 1 ? group[0].name : filled(words.many, { count: group.length, name: group[0].name });
        const button = icon(name, group.length, group[0].mark);
        button.point = group[0];
        marker(L, group[0].at, button).on("click", () => press(L, map, words, button, group)).addTo(layer);
      }
    };
    map.on("zoomend", draw);
    map.on("gathered", ({ focus }) => {
      const first = [...frame.querySelectorAll(".map-pin")].find((button) => focus.includes(button.point));
      if (first) first.focus({ preventScroll: true });
    });
    const bounds = L.latLngBounds(points.map((point) => point.at));
    // The outline needs towns around a point to say where it is; those that are one there say it of one another.
    const areOne = gathered(map, points, 9).length === 1 && gathered(map, points, 12).length > 1;
    const onOutline = points[0].mark ? 13 : areOne ? 12 : 9;
    map.fitBounds(bounds, { paddingTopLeft: [40, 60], paddingBottomRight: [40, 30], maxZoom: frame.dataset.tiles ? 16 : onOutline, animate: false });
    draw();
  };

  // ---- the pin of a form ----
  const showPin = (L, map, frame, words) => {
    const fields = [frame.dataset.latitude, frame.dataset.longitude].map((id) => document.getElementById(id));
    const numbers = () => fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
    const isPlace = ([up, across]) => Math.abs(up) <= 85 && Math.abs(across) <= 180;
    const button = icon(words.pin, 1);
    const pin = marker(L, [0, 0], button, { draggable: true, autoPan: !isStill });
    let waiting = 0;
    const show = (at) => { pin.setLatLng(at); if (!map.hasLayer(pin)) pin.addTo(map); };
    const write = (at) => {
      const texts = [at.lat.toFixed(6), at.wrap().lng.toFixed(6)];
      fields.forEach((field, n) => { field.value = texts[n]; });
      clearTimeout(waiting);
      waiting = setTimeout(() => say(filled(words.moved, { latitude: texts[0], longitude: texts[1] })), 700);
    };
    const put = (at) => { show(at); write(at); };
    const nearest = frame.dataset.tiles ? 16 : 9;
    const begin = () => { // where the postcode lies, until somebody says more: seen, and not written
      const found = frame.parentNode.querySelector("[data-start]");
      if (!found || fields.some((field) => field.value.trim())) return false;
      const at = found.dataset.start.split(",").map(Number);
      show(at);
      map.setView(at, nearest, { animate: false });
      return true;
    };
    const read = () => { if (isPlace(numbers())) { show(numbers()); map.panInside(numbers(), { padding: [40, 60], animate: false }); } };
    pin.on("dragend", () => write(pin.getLatLng()));
    map.on("click", (event) => put(event.latlng));
    button.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      const step = event.shiftKey ? 1 : STEP;
      put(map.unproject(map.project(pin.getLatLng()).add([way[0] * step, way[1] * step])));
      map.panInside(pin.getLatLng(), { padding: [40, 60], animate: false });
    });
    for (const field of fields) field.addEventListener("change", read);
    for (const help of frame.parentNode.querySelectorAll("[data-middle]")) help.hidden = false;
    frame.parentNode.querySelector("button[data-middle]").addEventListener("click", () => {
      put(map.getCenter());
      button.focus({ preventScroll: true });
    });
    if (isPlace(numbers())) map.setView(numbers(), nearest, { animate: false });
    else if (!begin()) map.fitBounds(HOME, { animate: false });
    read();
    document.addEventListener("htmx:after:swap", begin);
  };

  // ---- the ground: tiles of the one server that was set, or the coast and the towns ----
  const line = (numbers) => {
    const points = [];
    for (let n = 0, x = 0, y = 0; n < numbers.length; n += 2) {
      x += numbers[n];
      y += numbers[n + 1];
      points.push([y / 1000, x / 1000]);
    }
    return points;
  };
  const outline = async (L, map, frame) => {
    const { home, beside, towns } = await (await fetch(frame.dataset.outline)).json();
    for (const [rings, className] of [[beside, "map-beside"], [home, "map-home"]]) {
      L.polygon(rings.map((ring) => [line(ring)]), { className, interactive: false, weight: 1 }).addTo(map);
    }
    map.createPane("towns").setAttribute("aria-hidden", "true");
    const names = L.layerGroup().addTo(map);
    const write = () => {
      const taken = [], size = map.getSize();
      names.clearLayers();
      for (const [name, across, up] of towns) {
        const at = L.latLng(up / 1000, across / 1000);
        const { x, y } = map.latLngToContainerPoint(at);
        const isInside = x > 6 && x < size.x - 90 && y > 12 && y < size.y - 45;
        const isFree = isInside && !taken.some((one) => Math.abs(one.x - x) < 110 && Math.abs(one.y - y) < 30);
        if (!isFree) continue;
        taken.push({ x, y });
        const mark = L.divIcon({ className: "map-town", html: make("span", "", name), iconSize: [0, 0] });
        L.marker(at, { icon: mark, interactive: false, keyboard: false, pane: "towns" }).addTo(names);
      }
    };
    map.on("moveend", write);
    write();
    map.attributionControl.addAttribution(frame.dataset.outlineBy);
  };
  const ground = (L, map, frame) => {
    if (!frame.dataset.tiles) return outline(L, map, frame);
    const by = make(frame.dataset.byUrl ? "a" : "span", "", frame.dataset.by);
    if (frame.dataset.byUrl) by.href = frame.dataset.byUrl;
    const tiles = L.tileLayer(frame.dataset.tiles, { attribution: by.outerHTML, maxZoom: 18, referrerPolicy: "strict-origin" });
    let hasAny = false;
    tiles.on("tileload", () => { hasAny = true; });
    tiles.once("tileerror", () => { if (!hasAny) outline(L, map, frame); });
    tiles.addTo(map);
  };

  // A map must never catch who is scrolling past: the wheel turns it after a click only, and it takes two fingers.
  const letPass = (map, frame) => {
    frame.addEventListener("pointerdown", (event) => {
      map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
      map.scrollWheelZoom.enable();
    }, true);
    frame.addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
  };

  const show = async (frame) => {
    const L = await fetched(frame);
    const words = JSON.parse(frame.dataset.words);
    const map = L.map(frame, {
      zoomControl: false, attributionControl: false, scrollWheelZoom: false, minZoom: 4, maxZoom: frame.dataset.tiles ? 18 : 13,
      zoomAnimation: !isStill, fadeAnimation: !isStill, markerZoomAnimation: !isStill, inertia: !isStill,
    });
    L.control.attribution({ prefix: false }).addTo(map);
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.wider }).addTo(map);
    L.control.scale({ maxWidth: 90 }).addTo(map);
    frame.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    letPass(map, frame);
    (frame.dataset.points ? showPoints : showPin)(L, map, frame, words);
    await ground(L, map, frame);
    frame.dataset.map = "shown";
  };

  const found = new WeakSet();
  const look = () => {
    for (const fold of document.querySelectorAll("[data-map-fold][hidden]")) fold.hidden = false;
    for (const frame of document.querySelectorAll("[data-map]")) {
      if (found.has(frame)) continue;
      found.add(frame);
      frame.hidden = false;
      const begin = () => show(frame).catch(() => { frame.hidden = true; });
      if (!("IntersectionObserver" in window)) begin();
      else {
        new IntersectionObserver((seen, observer) => {
          if (!seen.some((one) => one.isIntersecting)) return;
          observer.disconnect();
          begin();
        }, { rootMargin: "200px" }).observe(frame);
      }
    }
  };
  if (!window.wellkeptMaps) {
    window.wellkeptMaps = true; // a page may name this file twice
    look();
    document.addEventListener("htmx:after:swap", look);
  }
})();
