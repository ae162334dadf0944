// Following a research: one WebSocket at a time, continued after the last event seen, with a growing pause between tries.

const first = 500;
const longest = 15000;

/** Calls `onEvent` for each event once, in order, and `onState` with "live", "waiting" or "ended". Answers a function that
 *  stops. */
export function follow(id, onEvent, onState = () => {}) {
  let last = 0;
  let pause = first;
  let socket = null;
  let timer = 0;
  let over = false;

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/api/v1/research/${encodeURIComponent(id)}/stream?after=${last}`);
    socket.onmessage = (message) => {
      const event = JSON.parse(message.data);
      if (event.seq <= last) return;
      last = event.seq;
      pause = first;
      onState("live");
      onEvent(event);
    };
    socket.onopen = () => onState("live");
    socket.onclose = (closed) => {
      if (over) return;
      if (closed.code === 1000) {
        over = true;
        onState("ended");
        return;
      }
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
