// Comfort for the timetable, where scripts run; everything works without: weighs a lesson as it is typed, and lets the
// mouse drag a lesson to another place (by keyboard, its own page does the same).
(function () {
"use strict";
var form = document.querySelector("form[data-weigh]"), week = document.querySelector("[data-move]");
var PAUSE_MS = 300, timer, asked = 0;

// The panel, asked for anew after a pause in typing; only the newest answer is shown.
function weigh() {
  var number = ++asked;
  fetch(form.dataset.weigh, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" })
    .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); })
    .then(function (fragment) { if (number === asked) document.querySelector(".panel").innerHTML = fragment; })
    .catch(function () { /* the page still works, and the panel shows what it showed */ });
}
if (form) form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(weigh, PAUSE_MS); });

function move(card, place) {
  var sent = document.querySelector("form.move").elements;
  sent.mark.value = card.dataset.mark;
  sent.day.value = card.dataset.day;
  sent.to_day.value = place.dataset.day;
  sent.start.value = place.dataset.start;
  sent.mark.form.submit();
}
if (week) {
  var dragged;
  week.querySelectorAll("[data-mark]").forEach(function (card) {
    card.draggable = true;
    card.addEventListener("dragstart", function (event) {
      dragged = card;
      event.dataTransfer.setData("text/plain", card.dataset.mark);
      event.dataTransfer.effectAllowed = "move";
    });
  });
  week.querySelectorAll("[data-day]").forEach(function (place) {
    place.addEventListener("dragover", function (event) { if (dragged) { event.preventDefault(); place.classList.add("target"); } });
    place.addEventListener("dragleave", function () { place.classList.remove("target"); });
    place.addEventListener("drop", function (event) { event.preventDefault(); if (dragged && dragged !== place) move(dragged, place); });
  });
}
})();
