// Emmett-PostgreSQL under so many callers: `node append.js URL ORDERS CALLERS`.
// It is told seconds, a line each, and tells what it did, a line of JSON each, as bench/workers.py says.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";
import pg from "pg";

const [url, orders, callers] = process.argv.slice(2);
const recorded = readFileSync(orders, "utf8")
  .split("\n")
  .filter((_, line) => line % 3 === 0)
  .map((line) => JSON.parse(line));
const pool = new pg.Pool({ connectionString: url, max: Number(callers) });
const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
await store.schema.migrate();

let next = 0;

async function call(end) {
  let done = 0;
  for (; performance.now() < end; done++) {
    const order = recorded[next++ % recorded.length];
    await store.appendToStream(`order-${randomUUID()}`, [{ type: order.type, data: order }], {
      expectedStreamVersion: "STREAM_DOES_NOT_EXIST",
    });
  }
  return done;
}

async function work(seconds) {
  const begun = performance.now();
  const calls = Array.from({ length: Number(callers) }, () => call(begun + seconds * 1000));
  const done = (await Promise.all(calls)).reduce((sum, each) => sum + each, 0);
  const found = (await pool.query("SELECT count(*)::int AS found FROM emt_messages")).rows[0].found;
  if (found !== done) throw new Error(`of ${done} events (found) is ${found}`);
  return { done, seconds: (performance.now() - begun) / 1000 };
}

for await (const seconds of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await work(Number(seconds))) + "\n");
}
await store.close();
await pool.end();
