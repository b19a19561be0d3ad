import { expect, it } from "vitest";
import { actionsOf, isBuilding, type Version } from "./queries";

const version: Version = {
  rebuild: 1,
  name: "orders_2_r1",
  state: "verified",
  isCurrent: false,
  isPrevious: false,
  documents: 3,
  behind: 0,
  comparedAt: 9,
  differences: 0,
  shown: [],
  progress: null,
};

it("lets nobody remove what answers queries, nor answer from what does not equal the log", () => {
  expect(actionsOf({ ...version, isCurrent: true })).toEqual([]);
  expect(actionsOf({ ...version, state: "different" })).toEqual(["drop"]);
  expect(actionsOf({ ...version, state: "building" })).toEqual(["drop"]);
});

it("says whether a switch is the way back", () => {
  expect(actionsOf(version)).toEqual(["switch", "drop"]);
  expect(actionsOf({ ...version, isPrevious: true })).toEqual(["rollback", "drop"]);
});

it("watches a read model while one of its versions is built", () => {
  const model = { view: "orders", form: 2, topic: "aioutlet.orders", versions: [version] };
  expect(isBuilding(model)).toBe(false);
  expect(isBuilding({ ...model, versions: [version, { ...version, state: "building" }] })).toBe(true);
});
