// A client that uses every operation of the example, in which tsc finds no error.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

type User = components["schemas"]["User"];

// The first bytes of an image are all that the example looks at.
const PNG = new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)], { type: "image/png" });

/** Return a body as a form; openapi-fetch leaves that to its callers. */
function form(body: { [name: string]: string | Blob | null | undefined }): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(body)) if (value != null) made.append(name, value);
  return made;
}

/** Ask a server that has served nobody else, and return what it answered. */
export async function ask(baseUrl: string): Promise<object> {
  const client = createClient<paths>({ baseUrl });

  const page = await client.GET("/", { parseAs: "text" });
  const title = page.data?.match(/<title>(.*)<\/title>/)?.[1];
  const health = await client.GET("/health");

  const shut = await client.GET("/stats");
  const { data: stats } = await client.GET("/stats", { headers: { Authorization: "Bearer a-long-token" } });

  const listed = await client.GET("/users", { params: { query: { q: "A", after: 1, limit: 1 } } });
  const names = listed.data?.map((user: User) => user.name);

  const checked = await client.POST("/users", { params: { query: { dry_run: true } }, body: { name: "Zoe" } });
  const created = await client.POST("/users", { body: { name: "Zoe", born: "2000-02-29" } });
  if (created.error) throw new Error(created.error.error);
  if (!created.data) throw new Error("a user without `dry_run` was not added");
  const { id, name, born } = created.data;
  const sent = await client.POST("/users", { body: { name: "Max", born: null }, bodySerializer: form });

  const params = { path: { id } };
  const replaced = await client.PUT("/users/{id}", { params, body: { name: " Zoë " } });
  const shown = await client.GET("/users/{id}", { params });

  const uploaded = await client.PUT("/users/{id}/avatar", {
    params,
    body: { file: PNG as never, caption: "Zoë, laughing" }, // to openapi-typescript a file is a string
    bodySerializer: form,
  });
  const image: "image/gif" | "image/jpeg" | "image/png" | "image/webp" | undefined = uploaded.data?.avatar?.type;
  const avatar = await client.GET("/users/{id}/avatar", { params, parseAs: "blob" });

  const plain = await client.GET("/products/{id}", { params: { path: { id: 1 } } });
  const product = await client.GET("/products/{id}", {
    params: { path: { id: 1 }, query: { include: "reviews" } },
  });
  const stars: number[] | undefined = product.data?.reviews?.map((review) => review.stars);

  const docs = await client.GET("/docs/{slug}", {
    params: { path: { slug: "guide/first steps" } },
    // Slashes stay what they are, which no document can tell.
    pathSerializer: (path, { slug }) => path.replace("{slug}", encodeURI(String(slug))),
  });

  const refused = await client.POST("/users", { body: { name: "", born: "yesterday" } });
  const places =
    refused.error && "details" in refused.error
      ? refused.error.details.map((detail) => `${detail.in} ${detail.path}`)
      : [];

  const deleted = await client.DELETE("/users/{id}", { params });
  const missing = await client.GET("/users/{id}", { params });

  return {
    title,
    health: health.data?.status,
    shut: [shut.response.status, shut.error?.error],
    stats,
    names,
    checked: [checked.response.status, checked.data === undefined],
    created: [created.response.status, name, born],
    sent: sent.data?.name,
    replaced: [replaced.data?.name, replaced.data?.born === undefined],
    shown: shown.data,
    uploaded: [image, uploaded.data?.avatar?.caption],
    avatar: [avatar.data?.type, avatar.data?.size],
    products: [plain.data?.reviews === undefined, product.data?.name, stars],
    docs: docs.data?.slug,
    refused: [refused.response.status, places],
    deleted: [deleted.response.status, deleted.data === undefined],
    missing: [missing.response.status, missing.error?.error],
  };
}
