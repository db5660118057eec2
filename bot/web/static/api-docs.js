// Starts Swagger UI on /api/docs; a file, because the page's policy allows no inline script.

/** @typedef {{(options: object): unknown, presets: {apis: unknown}}} SwaggerUi what its own script leaves on the page */

const { SwaggerUIBundle } = /** @type {Window & typeof globalThis & {SwaggerUIBundle: SwaggerUi}} */ (window);

SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
});
