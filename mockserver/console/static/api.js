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
    presets: [globalThis.SwaggerUIBundle.presets.apis],
  });
}

colour();
dark.addEventListener("change", colour);
for (const button of buttons) button.addEventListener("click", () => draw(button));
draw(buttons[0]);
