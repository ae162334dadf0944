"""A web site on loopback that answers late: every page is new, and links to the next ones."""
import http.server
import socket
import threading
import time

from web import page

SUBJECTS = ("lantern", "keeper", "harbour", "schooner", "fog bell", "tide table", "storm log", "oil store")


def sentence(tag, i):
    """Text that belongs to one page only, so that nothing is known from another research."""
    return (f"On watch {i} of {tag} the keeper of the Marlow lighthouse wrote {i * 13 % 89} lines about the "
            f"{SUBJECTS[i % len(SUBJECTS)]}, and {i * 7 % 90} ships passed before the lantern was lit at dusk.")


class LateSite:
    """`/<tag>/` lists `pages` pages of `paragraphs` each. Each answer waits `delay` seconds; `hits` counts answers."""

    def __init__(self, delay=0.05, pages=8, paragraphs=5):
        self.delay, self.pages, self.paragraphs = delay, pages, paragraphs
        self.hits, self.lock = 0, threading.Lock()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self):
                with site.lock:
                    site.hits += 1
                try:
                    site.answer(self)
                except (ConnectionError, socket.timeout):
                    self.close_connection = True

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 256

            def handle_error(self, request, address):  # a client that was killed is no news
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"

    def answer(self, handler):
        if handler.path == "/robots.txt":
            return self.reply(handler, 404, b"")
        time.sleep(self.delay)  # the site's own pace
        tag, _, name = handler.path.strip("/").partition("/")
        if not name:
            links = "".join(f'<li><a href="/{tag}/{i}.html">The {SUBJECTS[i % 8]} of the Marlow lighthouse, watch {i}</a>'
                            for i in range(self.pages))
            return self.reply(handler, 200, page(f"Marlow {tag}", f"<p>{sentence(tag, 1000)}</p><ul>{links}</ul>"))
        number = name.removesuffix(".html")
        if not number.isdigit() or int(number) >= self.pages:
            return self.reply(handler, 404, b"no such page")
        body = "".join(f"<p>{sentence(tag, int(number) * 100 + i)}</p>" for i in range(self.paragraphs))
        return self.reply(handler, 200, page(f"Watch {number} of {tag}", body))

    @staticmethod
    def reply(handler, status, body):
        handler.send_response(status)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def end(self):
        self.server.shutdown()
        self.server.server_close()


def write_folder(folder, tag, files=8, sentences=4):
    """A folder of small texts of its own for one research."""
    folder.mkdir(parents=True)
    for i in range(files):
        (folder / f"{i:03}.txt").write_text("\n\n".join(sentence(tag, i * 100 + k) for k in range(sentences)) + "\n")
    return folder
