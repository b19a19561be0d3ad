/**
 * Verifies here, in the browser, that an event is in the log that was signed: RFC 6962 and Ed25519 by WebCrypto.
 *
 * It does what `verify_log.py` does with a proof, and believes nothing of the shop but the key, if none was kept.
 */

import type { Schema } from "../../api/client";

export type Proof = Schema["InclusionProof"];

/** Why a proof proves nothing; `unsupported`: this browser has no Ed25519. */
export type Fault = "key" | "signature" | "log" | "event" | "root" | "unsupported";

export type Verdict = { isProved: true; size: number } | { isProved: false; fault: Fault };

type Key = { name: string; hash: Bytes; publicKey: Bytes };
type Head = { size: number; root: Bytes };
type Bytes = Uint8Array<ArrayBuffer>;

const ED25519 = "Ed25519";
const KEY_HASH = 4;

class Wrong extends Error {
  constructor(readonly fault: Fault) {
    super(fault);
  }
}

/** Whether the proof is of the event with this id, and leads to a head that was signed with one of these keys. */
export async function verifyProof(proof: Proof, keys: string, eventId: string): Promise<Verdict> {
  try {
    const head = await openWithOneOf(proof.head.note, await Promise.all(keys.trim().split(/\s+/).map(readKey)));
    const state = fromBase64(proof.state, "event");
    if (idOf(state) !== eventId) throw new Wrong("event");
    const leaf = await leafHash(proof, state);
    if (!(await leadsTo(head, leaf, proof))) throw new Wrong("root");
    return { isProved: true, size: head.size };
  } catch (error) {
    if (error instanceof Wrong) return { isProved: false, fault: error.fault };
    throw error;
  }
}

/** A key as `aioutlet audit key` prints it: its name, the first bytes of a hash over it, and the key in Base64. */
async function readKey(text: string): Promise<Key> {
  const [name, hex, ...rest] = text.trim().split("+");
  if (!name || !hex || rest.length === 0) throw new Wrong("key");
  const raw = fromBase64(rest.join("+"), "key");
  const hash = (await sha256(bytesOf(`${name}\n`), raw)).slice(0, KEY_HASH);
  if (raw[0] !== 1 || toHex(hash) !== hex) throw new Wrong("key");
  return { name, hash, publicKey: raw.slice(1) };
}

/** Open a note with the key that its signature names, or say what is wrong with the first. */
async function openWithOneOf(note: string, keys: readonly Key[]): Promise<Head> {
  const faults: unknown[] = [];
  for (const key of keys) {
    try {
      return await openNote(note, key);
    } catch (error) {
      faults.push(error);
    }
  }
  throw faults[0];
}

/** Open a signed note (C2SP signed-note) of a tree's head, which may name the next key in a fourth line. */
async function openNote(note: string, key: Key): Promise<Head> {
  const end = note.lastIndexOf("\n\n");
  const [text, signature] = [note.slice(0, end), note.slice(end + 2)];
  const begins = `\u2014 ${key.name} `;
  if (end < 0 || !signature.startsWith(begins) || !signature.endsWith("\n")) throw new Wrong("signature");
  const raw = fromBase64(signature.slice(begins.length, -1), "signature");
  if (toHex(raw.slice(0, KEY_HASH)) !== toHex(key.hash)) throw new Wrong("signature");
  if (!(await isSigned(bytesOf(`${text}\n`), raw.slice(KEY_HASH), key.publicKey))) throw new Wrong("signature");
  const [origin, size, root, nextKey, ...more] = text.split("\n");
  const isOther = more.length > 0 || (nextKey !== undefined && !nextKey.startsWith("next-key "));
  if (origin !== key.name || !size || !root || isOther) throw new Wrong("log");
  return { size: Number(size), root: fromBase64(root, "log") };
}

async function isSigned(text: Bytes, signature: Bytes, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, ED25519, false, ["verify"]);
    return await crypto.subtle.verify(ED25519, key, signature, text);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") throw new Wrong("unsupported");
    throw new Wrong("key");
  }
}

/** The leaf of an event: over its position, stream, version and exact stored bytes. */
function leafHash({ position, stream, version }: Proof, state: Bytes): Promise<Bytes> {
  const name = bytesOf(stream);
  return sha256(
    Uint8Array.of(0),
    uint64(position),
    uint32(name.length),
    name,
    uint64(version),
    uint64(state.length),
    state,
  );
}

/** Whether the hashes lead from a leaf to the root of a head (RFC 6962, 2.1.1). */
async function leadsTo({ size, root }: Head, leaf: Bytes, { position, hashes }: Proof): Promise<boolean> {
  let node = leaf;
  let [place, last] = [position - 1, size - 1];
  if (place < 0 || place > last) return false;
  for (const hash of hashes.map(fromHex)) {
    if (place % 2 === 1 || place === last) {
      node = await nodeHash(hash, node);
      while (place > 0 && place % 2 === 0) [place, last] = [half(place), half(last)];
    } else {
      node = await nodeHash(node, hash);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && toHex(node) === toHex(root);
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right);
}

/** Positions may need more than the 32 bits of bitwise operators. */
function half(number: number): number {
  return Math.floor(number / 2);
}

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

function idOf(state: Bytes): unknown {
  try {
    return (JSON.parse(new TextDecoder().decode(state)) as { id?: unknown }).id;
  } catch {
    throw new Wrong("event");
  }
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function uint64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function bytesOf(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

function fromBase64(text: string, fault: Fault): Bytes {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Wrong(fault);
  }
}

function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Bytes): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
