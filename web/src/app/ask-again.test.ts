import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { askAgain } from "./ask-again";

/** A query that somebody looks at, whose answers are given by hand. */
function watched(client: QueryClient) {
  const answers: Array<(data: string) => void> = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey: ["cart", "guest"], queryFn });
  return { answers, observer, leave: observer.subscribe(() => undefined) };
}

test("what is on its way for the first time is asked for once more", async () => {
  const client = new QueryClient();
  const { answers, observer, leave } = watched(client);
  const done = askAgain(client, { queryKey: ["cart"] });
  answers[0]?.("before the change");
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.("after it");
  await done;
  expect(observer.getCurrentResult().data).toBe("after it");
  leave();
});

test("what was told already is asked for once", async () => {
  const client = new QueryClient();
  const { answers, observer, leave } = watched(client);
  answers[0]?.("before the change");
  await expect.poll(() => observer.getCurrentResult().data).toBe("before the change");
  const done = askAgain(client);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.("after it");
  await done;
  expect(answers).toHaveLength(2);
  expect(observer.getCurrentResult().data).toBe("after it");
  leave();
});
