// The supervision tree as the server tells its changes: one WebSocket, opened again after a pause when it breaks.

const first = 500;
const longest = 15000;

/** Calls `onTree(actors)` with the whole tree after each change, and `onState` with "live" or "waiting". Messages a second
 *  stand in each actor's `rate`. Answers a function that stops. */
export function watchTree(onTree, onState = () => {}) {
  const actors = new Map();
  let pause = first;
  let socket = null;
  let timer = 0;
  let over = false;

  function put(actor, at) {
    const before = actors.get(actor.path);
    const seconds = before ? (at - before.heard) / 1000 : 0;
    const more = before ? Math.max(0, actor.messages - before.messages) : 0;
    actors.set(actor.path, {...actor, heard: at, rate: seconds > 0 ? more / seconds : 0});
  }

  function take(message) {
    const at = performance.now();
    if (message.type === "snapshot") {
      const still = new Set(message.actors.map((a) => a.path));
      for (const path of [...actors.keys()]) if (!still.has(path)) actors.delete(path);
    }
    for (const path of message.removed || []) actors.delete(path);
    for (const actor of message.actors) put(actor, at);
    onTree([...actors.values()]);
  }

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/api/v1/tree/stream`);
    socket.onmessage = (message) => {
      pause = first;
      onState("live");
      take(JSON.parse(message.data));
    };
    socket.onclose = () => {
      if (over) return;
      onState("waiting");
      timer = setTimeout(connect, pause * (0.7 + 0.6 * Math.random()));
      pause = Math.min(longest, pause * 2);
    };
  }

  connect();
  return () => {
    over = true;
    clearTimeout(timer);
    socket.close();
  };
}
