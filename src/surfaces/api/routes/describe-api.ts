import type { ApiApp } from '../parts.ts';

const DESCRIPTION =
  'Runs of agents as a service: durable, budgeted, governed, reviewed. Errors are problem details (RFC 9457) with a stable `code`.';

/** `GET /openapi.json`: the routes that are there, described. Call it after they are. */
export function describeApi(app: ApiApp): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: '`Authorization: Bearer bh_<id>_<secret>`',
  });
  let document: object | undefined;
  app.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Bulkhead', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
      security: [{ apiKey: [] }],
    });
    return c.json(document);
  });
}
