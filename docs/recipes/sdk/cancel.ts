// From the contract to a cancelled run: npm install; npm run generate; npm run build; npm start
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./edges.js";

const edges = createClient<paths>({
  baseUrl: process.env.EDGES_EMULATOR_URL ?? "http://127.0.0.1:3343",
  headers: { "X-API-Key": randomUUID() },
});

const { data: runs } = await edges.GET("/v1/flows/runs", { params: { query: { status: ["RUNNING"], limit: 1 } } });
const uid = runs![0].uid;

const { data: run } = await edges.POST("/v1/flows/runs/{flow_run_uid}/cancel", { params: { path: { flow_run_uid: uid } } });
console.log(run!.status); // STOPPED

const { error } = await edges.POST("/v1/flows/runs/{flow_run_uid}/cancel", { params: { path: { flow_run_uid: uid } } });
console.log(error!.error_label); // INVALID_STATUS
