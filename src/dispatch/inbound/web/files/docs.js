// Swagger UI, to read and not to send: a sandbox has no request of its own.
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);
SwaggerUIBundle({
  domNode: document.getElementById("swagger-ui"),
  spec: JSON.parse(document.getElementById("openapi").content.textContent),
  deepLinking: true,
  supportedSubmitMethods: [],
  tryItOutEnabled: false,
  validatorUrl: null,
});
