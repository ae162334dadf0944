"""The web that tests let the engine read: nginx on loopback, and a site that behaves badly."""
import gzip
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from engine import until

MANUALS = [Path(f"/usr/share/doc/postgresql-doc-{v}/html") for v in (15, 17)]
MANUAL = next((p for p in MANUALS if p.is_dir()), MANUALS[0])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Nginx:
    """Serves folders below /name/; `requests()` are the lines of its access log."""

    def __init__(self, folder, roots):
        self.folder, self.port = Path(folder), free_port()
        self.folder.chmod(0o755)
        self.access = self.folder / "access.log"
        places = "\n".join(f"location /{name}/ {{ alias {root}/; }}" for name, root in roots.items())
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{ worker_connections 512; }}
            http {{
              include /etc/nginx/mime.types;
              log_format plain '$request_method $uri $status';
              access_log {self.access} plain;
              client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
              fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi;
              scgi_temp_path {self.folder}/scgi;
              server {{ listen 127.0.0.1:{self.port}; {places} }}
            }}""")
        self.process = subprocess.Popen(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._answers, 10, "nginx listening")

    def _answers(self):
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def requests(self):
        return self.access.read_text().splitlines() if self.access.exists() else []

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def page(title, body):
    return (f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
            f"<body><main><h1>{title}</h1>{body}</main></body></html>").encode()


FACT = "The Marlow lighthouse flashes every seventeen seconds, which keepers call the slow lantern."
KEEPER = "The first keeper of the Marlow lighthouse was Ada Thorne, appointed in the spring of 1871."


class BadSite:
    """Good pages beside every kind of bad one. `hits` counts requests by path, `sent` bytes by path."""

    def __init__(self):
        self.hits, self.sent, self.lock = {}, {}, threading.Lock()
        self.robots_status = 200
        self.closing = threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with site.lock:
                    site.hits[self.path] = site.hits.get(self.path, 0) + 1
                try:
                    site.answer(self)
                except (ConnectionError, socket.timeout):
                    self.close_connection = True

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def end(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @staticmethod
    def reply(handler, status, body=b"", media="text/html; charset=utf-8", **headers):
        handler.send_response(status)
        handler.send_header("Content-Type", media)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    def pour(self, handler, chunk, pause, length=None, type_="text/html; charset=utf-8"):
        """Sends `chunk` again and again; for ever without a `length`."""
        handler.send_response(200)
        handler.send_header("Content-Type", type_)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        else:
            handler.close_connection = True
        handler.end_headers()
        sent = 0
        while not self.closing.is_set() and (length is None or sent < length):
            handler.wfile.write(chunk)
            sent += len(chunk)
            with self.lock:
                self.sent[handler.path] = sent
            if pause:
                time.sleep(pause)  # the page's own pace, not a synchronisation

    def answer(self, handler):
        path = handler.path
        if path == "/robots.txt":
            return self.reply(handler, self.robots_status, b"User-agent: *\nDisallow: /private/\n", "text/plain")
        if path in ("/", "/index.html"):
            links = "".join(f'<li><a href="{p}">{p[1:]}</a></li>' for p in ("/fact.html", "/keeper.html", "/missing.html"))
            return self.reply(handler, 200, page("Marlow", f"<p>All about the Marlow lighthouse.</p><ul>{links}</ul>"))
        if path == "/fact.html":
            return self.reply(handler, 200, page("The lantern", f"<p>{FACT}</p>"))
        if path == "/keeper.html":
            return self.reply(handler, 200, page("The keeper", f"<p>{KEEPER}</p>"))
        if path == "/gone.html":  # a success, as its status has it
            return self.reply(handler, 200, page("Page not found", "<p>The page you asked for could not be found.</p>"))
        if path == "/card.html":
            form = "<p>Use your library card.</p><form><input name=u><input type=password name=p></form>"
            return self.reply(handler, 200, page("Sign in", form))
        if path == "/gzip.html":
            body = gzip.compress(page("Packed", f"<p>{KEEPER}</p>"))
            return self.reply(handler, 200, body, Content_Encoding="gzip")
        if path == "/bomb.html":
            return self.reply(handler, 200, gzip.compress(b"<p>" + b"a" * (300 << 20), 9), Content_Encoding="gzip")
        if path == "/charset.html":  # says UTF-8, is Latin-1
            text = "<p>The café of the Marlow lighthouse keeper served crème brûlée to every visitor.</p>"
            return self.reply(handler, 200, page("Café", "").replace(b"utf-8", b"iso-8859-1").replace(
                b"</h1>", b"</h1>" + text.encode("latin-1")), "text/html")
        if path == "/huge.html":
            return self.pour(handler, b"<p>" + b"lighthouse " * 6000 + b"</p>", 0, 200 << 20)
        if path == "/film.mp4.html":
            return self.pour(handler, b"\0" * 60000, 0, 200 << 20, "video/mp4")
        if path == "/endless.html":
            return self.pour(handler, b"<p>Marlow lighthouse</p>\n", 0.05)
        if path == "/to-metadata":
            return self.reply(handler, 302, Location="http://169.254.169.254/latest/meta-data/")
        if path == "/to-file":
            return self.reply(handler, 302, Location="file:///etc/passwd")
        if path.startswith("/loop"):
            return self.reply(handler, 302, Location="/loop2" if path == "/loop1" else "/loop1")
        if path == "/broken.html":
            return self.reply(handler, 500, b"oops")
        if path == "/busy.html":
            if self.hits[path] == 1:
                return self.reply(handler, 429, b"later", Retry_After="1")
            return self.reply(handler, 200, page("Busy", "<p>The Marlow lighthouse shop is busy on Sundays.</p>"))
        if path == "/binary.html":
            return self.reply(handler, 200, os.urandom(5000), "application/octet-stream")
        if path.startswith("/calendar"):
            number = int(path.rsplit("=", 1)[-1]) if "=" in path else 0
            days = "".join(f'<a href="/calendar?day={number + i}">Marlow lighthouse day {number + i}</a> ' for i in (1, 2, 3))
            return self.reply(handler, 200, page(f"Day {number}", f"<p>Marlow lighthouse events of day {number}.</p>{days}"))
        return self.reply(handler, 404, b"no such page")
