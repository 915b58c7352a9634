// Errors that tsc finds, each on a line that says why; it finds no other.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

type Status<Method> = Method extends { responses: infer Responses } ? keyof Responses : never;

const client = createClient<paths>();
const params = { path: { id: 1 } };

await client.GET("/user", {}); // error: there is no such path
await client.PATCH("/users/{id}", { params }); // error: the path has no such method
await client.GET("/users/{id}"); // error: the path has a param
await client.GET("/users/{id}", { params: { path: { id: "1" } } }); // error: which is a number
await client.GET("/users/{id}", { params: { path: { key: 1 } } }); // error: and has another name
await client.GET("/users", { params: { query: { limit: "2" } } }); // error: a limit is a number
await client.GET("/users", { params: { query: { first: 2 } } }); // error: and has another name
await client.GET("/products/{id}", { params: { ...params, query: { include: "stars" } } }); // error: it is one of some

await client.POST("/users"); // error: there has to be a body
await client.POST("/users", { body: {} }); // error: which has a name
await client.POST("/users", { body: { nmae: "Ada" } }); // error: in a field of that name
await client.POST("/users", { body: { name: 1815 } }); // error: which is text
await client.POST("/users", { body: { name: "Ada", born: 1815 } }); // error: and so is a date
await client.PUT("/users/{id}/avatar", { params, body: { caption: "Ada" } }); // error: a form without a file
const user: components["schemas"]["NewUser"] = { name: "Ada", bron: "1815-12-10" }; // error: there is no such field
await client.POST("/users", { body: user });

const { data, error } = await client.GET("/users/{id}", { params });
console.log(data?.name, error?.error);
console.log(data.name); // error: there may be an error instead
console.log(data?.nmae); // error: a user has no such field
console.log(data?.avatar.caption); // error: and need not have an avatar
console.log(data?.avatar?.type === "image/svg+xml"); // error: an avatar has another type
console.log(data?.born?.getFullYear()); // error: a date is text
console.log(error?.details); // error: a query or a body that does not fit is no error of this operation

const { data: users } = await client.GET("/users");
console.log(users?.[0]?.id, users?.length);
console.log(users?.name); // error: a list has no such field
console.log(users?.[0].id); // error: and need not have a first user

const added = await client.POST("/users", { body: { name: "Ada" } });
if (added.error) console.log(added.error.details); // error: only a 422 has them
else console.log(added.data.id); // error: only a 201 has a body

const created: Status<paths["/users"]["post"]> = 201;
const deleted: Status<paths["/users/{id}"]["delete"]> = 200; // error: it is a 204
console.log(created, deleted);
