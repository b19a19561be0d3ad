/** Milliseconds after which a connection that the server refused is tried again. */
const AGAIN_AFTER = 3_000;

type Listeners<Told> = {
  /** The connection stands. */
  onOpen(): void;
  onTold(told: Told): void;
  /** It is cut off, and comes again by itself; `isRefused` says whether the server did not want it. */
  onCut(isRefused: boolean): void;
};

/**
 * Follow a stream of server-sent events of one name; call what is returned to leave it. After a break the browser goes
 * on from the last event it has seen; after a refusal, which it does not try again, a new connection begins at
 * `address()`.
 */
export function followStream<Told>(address: () => string, name: string, listeners: Listeners<Told>): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource(address());
    source.addEventListener("open", listeners.onOpen);
    source.addEventListener(name, ({ data }: MessageEvent<string>) => listeners.onTold(JSON.parse(data) as Told));
    source.addEventListener("error", () => {
      const isRefused = source.readyState === EventSource.CLOSED;
      listeners.onCut(isRefused);
      if (isRefused) timer = setTimeout(connect, AGAIN_AFTER);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
