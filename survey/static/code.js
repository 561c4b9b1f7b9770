// A slip's QR code carries the code behind the #, which no server is sent; put it into the field and out of the history.
const code = location.hash.slice(1);
if (code) {
  document.getElementById("code").value = code;
  for (const link of document.querySelectorAll("a.language")) link.hash = code;
  history.replaceState(null, "", location.pathname + location.search);
}
