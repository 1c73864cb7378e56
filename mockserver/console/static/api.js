// Draws a document with Swagger UI. Nothing leaves this machine: the validator's badge is off, and both documents are ours.

const dark = matchMedia("(prefers-color-scheme: dark)");
const buttons = document.querySelectorAll("[data-document]");

function colour() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

function draw(chosen) {
  for (const button of buttons) button.setAttribute("aria-pressed", button === chosen);
  globalThis.SwaggerUIBundle({
    url: new URL(chosen.dataset.document, location).href,
    dom_id: "#api",
    validatorUrl: null,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => prepared(request, chosen.dataset.document),
    presets: [globalThis.SwaggerUIBundle.presets.apis],
  });
}

// The call has a login of its own. With the browser's, a request without one would open the browser's dialog instead of
// showing what the mock answers.
function prepared(request, shown) {
  if (!request.loadSpec && shown === "call.json") request.credentials = "omit";
  return request;
}

colour();
dark.addEventListener("change", colour);
for (const button of buttons) button.addEventListener("click", () => draw(button));
draw(buttons[0]);
