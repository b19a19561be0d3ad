const SHOWN = 8;
const LONG = 14;

/** A stream's name in a table: of a long id, its last letters. */
export function shortStream(stream: string): string {
  const [category, id] = split(stream);
  return id.length > LONG ? `${category}-…${id.slice(-SHOWN)}` : stream;
}

/** What is before a stream's first hyphen. */
export function categoryOf(stream: string): string {
  return split(stream)[0];
}

/** What is after a stream's first hyphen. */
export function subjectOf(stream: string): string {
  return split(stream)[1];
}

function split(stream: string): [string, string] {
  const at = stream.indexOf("-");
  return at < 0 ? [stream, ""] : [stream.slice(0, at), stream.slice(at + 1)];
}
