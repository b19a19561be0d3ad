import { expect, it } from "vitest";
import { type Proof, verifyProof } from "./proof";
import recorded from "./proofs.json";

const { key, handover } = recorded;
const proofs = recorded.proofs as Proof[];
const [first] = proofs as [Proof];
const another = `${key.slice(0, -2)}${key.endsWith("A=") ? "B=" : "A="}`;

function idOf({ state }: Proof): string {
  return (JSON.parse(atob(state)) as { id: string }).id;
}

it.each(proofs)("verifies what the shop's own signer has signed, at position $position", async (proof) => {
  expect(await verifyProof(proof, key, idOf(proof))).toEqual({ isProved: true, size: 11 });
});

it.each([
  ["another version", { version: first.version + 1 }, "root"],
  ["another stream", { stream: `${first.stream}x` }, "root"],
  ["another position", { position: 2 }, "root"],
  ["a position past the head", { position: 12 }, "root"],
  ["a hash that was changed", { hashes: [first.hashes[1] ?? "", ...first.hashes.slice(1)] }, "root"],
  ["a hash too few", { hashes: first.hashes.slice(1) }, "root"],
  ["other bytes", { state: btoa(atob(first.state).replace("order", "Order")) }, "root"],
  ["bytes that are no event", { state: btoa("[]") }, "event"],
  ["no Base64", { state: "*" }, "event"],
  ["another note", { head: { ...first.head, note: first.head.note.replace("\n11\n", "\n12\n") } }, "signature"],
  ["no note", { head: { ...first.head, note: "" } }, "signature"],
] as const)("refuses %s", async (_, changed, fault) => {
  expect(await verifyProof({ ...first, ...changed } as Proof, key, idOf(first))).toEqual({ isProved: false, fault });
});

it("refuses the proof of another event than the one that is shown", async () => {
  expect(await verifyProof(first, key, "another")).toEqual({ isProved: false, fault: "event" });
});

it("refuses a key that is none, and one of another shop", async () => {
  expect(await verifyProof(first, "kept", idOf(first))).toEqual({ isProved: false, fault: "key" });
  expect(await verifyProof(first, another, idOf(first))).toEqual({ isProved: false, fault: "key" });
  expect(await verifyProof(first, key.replace("aioutlet/", "aioutlet/x"), idOf(first))).toEqual({
    isProved: false,
    fault: "key",
  });
});

it("takes several keys, of which one verifies, and a head that names the next one", async () => {
  expect(await verifyProof(first, `${handover.next}\n${key}`, idOf(first))).toEqual({ isProved: true, size: 11 });
  const proof = handover.proof as Proof;
  expect(await verifyProof(proof, proof.head.key, idOf(proof))).toEqual({ isProved: true, size: 1 });
  expect(await verifyProof(proof, handover.next, idOf(proof))).toEqual({ isProved: false, fault: "signature" });
});
