// Comfort for question pages, where scripts run; everything works without. Written for old WebViews: no arrow, no let.
// What the page does by itself: hide what is not asked, keep «none of these» apart, send again while the network is
// away, keep unsent answers over a reload in this tab alone. survey/questionnaire/expressions.py decides in the end;
// what of its language stands here is PAGE_OPERATIONS there.
(function () {
"use strict";
var d = document, w = window, root = d.documentElement, wait = 0, shown = 0, timer, pressed, current;
if (!w.DOMParser || !root.closest) return;
function all(selector, from) { return [].slice.call((from || d).querySelectorAll(selector)); }
function one(selector, from) { return (from || d).querySelector(selector); }
function attr(element, name) { return element.getAttribute("data-" + name); }
function told(element, name) { return JSON.parse(attr(element, name) || "{}"); }

// The values of expressions: words, numbers, truth values.
function num(v) { return typeof v !== "string" ? +v : /^\s*-?\d+(\.\d+)?\s*$/.test(v) ? +v : NaN; }
function yes(v) { return v === v && !!v; }
function list(v) { return (v + "").split(" ").filter(String); }
function same(a, b) {
var kinds = typeof a + typeof b;
return /bool/.test(kinds) ? yes(a) === yes(b) : /num/.test(kinds) ? num(a) === num(b) : a === b;
}
var DO = {
"=": same,
"!=": function (a, b) { return !same(a, b); },
"<": function (a, b) { return num(a) < num(b); },
"<=": function (a, b) { return num(a) <= num(b); },
">": function (a, b) { return num(a) > num(b); },
">=": function (a, b) { return num(a) >= num(b); },
"+": function (a, b) { return num(a) + num(b); },
"-": function (a, b) { return num(a) - num(b); },
"*": function (a, b) { return num(a) * num(b); },
and: function (a, b) { return yes(a) && yes(b); },
or: function (a, b) { return yes(a) || yes(b); },
not: function (a) { return !yes(a); },
regex: function (a, b) { return new RegExp(b).test((a + "").slice(0, 500)); },
selected: function (a, b) { return list(a).indexOf(b + "") >= 0; },
"count-selected": function (a) { return list(a).length; }
};
function evaluate(tree, scope) {
var kind = tree[0], v;
if (!(tree instanceof Array)) return tree;
if (DO[kind]) return DO[kind].apply(d, tree.slice(1).map(function (part) { return evaluate(part, scope); }));
v = kind === "." ? scope[kind] : scope[kind][tree[1]];
return v == null ? "" : v instanceof Array ? v.join(" ") : v;
}
w.evaluate = evaluate;

// What a question's fields hold, as the server will read it.
function value(q) {
var type = attr(q, "t"), ticked = all(":checked:not(option)", q).map(function (i) { return i.value; });
var typed = all("[type=text],textarea", q).map(function (i) { return i.value.trim(); });
if (type === "duration" && typed.join("")) return num(typed[0] || 0) * 60 + num(typed[1] || 0);
return typed.join("") ? type === "number" ? num(typed[0]) : typed[0] : ticked.join(" ");
}
function refresh() {
all("form[data-g]").forEach(function (form) {
var scope = { answer: told(form, "g") };
function holds(element, name) { return yes(evaluate(told(element, name), scope)); }
all("[data-q]", form).forEach(function (q) {
var seen = one("[name=seen]", q), said = one("[data-said]", q);
if (attr(q, "r")) q.hidden = seen.disabled = !holds(q, "r");
all("[data-c]", q).forEach(function (option) {
scope.column = told(option, "c");
option.hidden = !yes(evaluate(told(q, "f"), scope));
});
scope["."] = scope.answer[attr(q, "q")] = q.hidden ? "" : value(q);
if (said) said.textContent = scope["."] === "" || holds(q, "k") ? "" : attr(q, "m");
});
});
}
// «None of these», «not sure»: alone or not at all.
function keepApart(field) {
var q = field.closest("[data-q]"), tick = field.type === "checkbox", alone = field.hasAttribute("data-x");
if (!q || (tick ? !field.checked : !field.value)) return;
all("input", q).forEach(function (other) {
if (other === field || !alone && !other.hasAttribute("data-x")) return;
if (other.type === "checkbox") other.checked = false; else if (other.type !== "hidden") other.value = "";
});
}

// This tab's own memory of what is not sent yet; it ends with the last page, and with the tab.
function memory(what) {
try {
if (what) w.sessionStorage.setItem("jianfu", what); else if (what === "") w.sessionStorage.removeItem("jianfu");
return w.sessionStorage.getItem("jianfu");
} catch (e) { return ""; }
}
function body(form) {
return all("input,select,textarea", form).filter(function (i) { return i.name && !i.disabled && (i.checked || !/radio|checkbox/.test(i.type)); })
.map(function (i) { return encodeURIComponent(i.name) + "=" + encodeURIComponent(i.value); }).join("&");
}
function keep() { var form = one("#questions"); if (form) memory(body(form)); }

// One request at a time. `what` says what to send, anew at each try: an answer may have changed since the last.
function send(method, action, what) {
var request = current = new XMLHttpRequest(), form = one("[data-n]");
function again() { if (request === current) send(method, action, what); }
function say(name) { if (form) one("[data-status]", form).textContent = name && attr(form, name); }
function late() {
if (request !== current) return;
busy(0);
say("late");
wait = Math.min(2 * wait + 1, 60);
timer = setTimeout(again, wait * (1 + Math.random()) * 1e3);
w.ononline = again;
}
clearTimeout(timer);
w.ononline = 0;
busy(1);
request.open(method, action);
request.timeout = 3e4;
request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
request.onload = function () {
var page = new DOMParser().parseFromString(request.responseText, "text/html");
if (request !== current) return;
if (request.status === 413) { busy(0); return say("large"); }
// Not one of our pages: a busy server's, or that of a network which wants a login first.
if (request.status >= 500 || !one("main[data-ours]", page)) return late();
wait = current = 0;
show(page, request.responseURL);
};
request.onerror = request.ontimeout = late;
request.send(what() + "&part=1");
}
function busy(on) { all("main").forEach(function (m) { m.setAttribute("aria-busy", !!on); }); }
function isBusy() { return one("[aria-busy=true]"); }
function show(page, address) {
var first, number;
if (one("[data-done]", page)) {
memory("");
if (address) return w.location.replace(address);
}
d.title = page.title;
["lang", "dir", "className"].forEach(function (name) { root[name] = page.documentElement[name]; });
d.body.innerHTML = page.body.innerHTML;
w.scrollTo(0, 0);
first = one(".error-summary") || one("h1");
first.tabIndex = -1;
first.focus();
begin();
shown = number = here();
if (!number) return;
keep();
if (number > (w.history.state || 0)) w.history.pushState(number, ""); else w.history.replaceState(number, "");
}
function here() { var form = one("[data-n]"); return form ? +attr(form, "n") : 0; }
function press(form, what) { send("POST", form.action, function () { return body(form) + "&do=" + what; }); }
function restore() { send("POST", "/answer", function () { return memory() + "&do=stay"; }); }

d.addEventListener("click", function (event) {
var button = event.target.closest("button");
pressed = button && button.value;
if (button && isBusy()) event.preventDefault();
else if (pressed === "back" && w.history.state) { event.preventDefault(); w.history.back(); }
else if (pressed === "aloud") aloud();
});
d.addEventListener("submit", function (event) {
var form = event.target;
if (!attr(form, "n")) return;
event.preventDefault();
wait = 0;
if (!isBusy()) press(form, pressed || "next");
});
["change", "input"].forEach(function (kind) {
d.addEventListener(kind, function (event) { keepApart(event.target); refresh(); keep(); });
});
// Back and forward through the pages. Before the first stands the start page; what was answered is there to go forward to.
w.addEventListener("popstate", function (event) {
var form = one("#questions"), to = event.state || 0;
if (w.location.hash || to === shown) return;
if (!to) { shown = 0; send("GET", w.location.href, String); }
else if (form) press(form, to < shown ? "back" : "next");
else if (memory()) restore();
});
w.addEventListener("pageshow", function (event) { if (event.persisted && !memory()) w.location.replace(w.location.href); });

function aloud() {
var voice = w.speechSynthesis, said = new w.SpeechSynthesisUtterance(all("h1,legend,.question>label,.hint,.option span").map(function (e) {
if (!e.offsetParent) return "";
e = e.cloneNode(true);
all("rt", e).forEach(function (rt) { rt.remove(); });
return e.textContent;
}).join("。\n"));
if (voice.speaking) return voice.cancel();
said.lang = root.lang;
voice.speak(said);
}
function begin() {
all("[value=aloud]").forEach(function (b) { b.hidden = !w.SpeechSynthesisUtterance; });
refresh();
}
// A slip's QR code carries the code behind the #, which no server is sent; into the field with it, out of the history.
function takeCode() {
var code = w.location.hash.slice(1), field = one("#code");
if (!code || !field) return;
field.value = code;
all("a.language").forEach(function (link) { link.hash = code; });
w.history.replaceState(null, "", w.location.pathname + w.location.search);
}
w.addEventListener("hashchange", takeCode);
takeCode();
var way = w.performance && w.performance.getEntriesByType && w.performance.getEntriesByType("navigation")[0];
if (one("[data-done]") || !way || !/reload|back/.test(way.type)) memory("");
begin();
// A reload that failed has lost the history's state; a browser tells it from a link opened anew, perhaps by somebody else,
// in nothing. So the start page stays.
if (memory() && w.history.state && !here()) restore();
})();
