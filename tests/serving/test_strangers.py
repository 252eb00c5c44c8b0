"""Servers that others wrote: the record equals the server's own log, and the server is left as it was.

In each a test makes 20 real requests. A stranger here is a function that returns what serve() gets, the server's
own log, in which it notes each client's address, and a function that makes one request of a real client.
"""

import asyncio
import gc
import logging
import smtplib
import sys
import urllib.request
import wsgiref.simple_server
from concurrent.futures import ThreadPoolExecutor

import aiohttp.web
import aiosmtpd.smtp
import django.conf
import django.core.handlers.wsgi
import django.core.servers.basehttp
import django.http
import django.urls
import dnslib.server
import prometheus_client.exposition
import pytest
import uvicorn
import websockets.asyncio.server
import websockets.sync.client
import websockets.sync.server
import werkzeug.serving

from course import serve

pytestmark = pytest.mark.usefixtures("nothing_left")
accepts_out_of_sight = pytest.mark.skipif(sys.platform == "win32", reason="there asyncio accepts in C code")
REQUESTS = 20
urlpatterns = [django.urls.path("", lambda request: django.http.HttpResponse(b"page"))]
django.conf.settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x", LOGGING_CONFIG=None)


def application(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"page"]


def get_page(address):
    host, port = address[:2]
    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=30) as answer:
        assert answer.status == 200
        assert answer.read()


def logging_handler(base, log):
    """A class of handlers that notes each request in the way in which they log it."""

    class Handler(base):
        def log_message(self, *_):
            log.append(self.client_address)

        log = log_message  # what Werkzeug calls it

    return Handler


def werkzeug_threaded(log):
    handler = logging_handler(werkzeug.serving.WSGIRequestHandler, log)
    return werkzeug.serving.make_server("127.0.0.1", 0, application, threaded=True, request_handler=handler), get_page


def django_threaded(log):
    class Note(logging.Handler):
        def emit(self, record):
            log.append(record.request.getpeername())

    logger = logging.getLogger("django.server")
    logger.handlers, logger.propagate = [Note()], False
    logger.setLevel("INFO")
    basehttp = django.core.servers.basehttp
    server = basehttp.ThreadedWSGIServer(("127.0.0.1", 0), basehttp.WSGIRequestHandler)
    server.set_app(django.core.handlers.wsgi.WSGIHandler())
    return server, get_page


def prometheus(log):
    handler = logging_handler(wsgiref.simple_server.WSGIRequestHandler, log)
    server = wsgiref.simple_server.make_server(
        "127.0.0.1",
        0,
        prometheus_client.make_wsgi_app(),
        prometheus_client.exposition.ThreadingWSGIServer,
        handler_class=handler,
    )
    return server, get_page


def dns(log, *, tcp):
    class Note(dnslib.server.DNSLogger):
        def log_request(self, handler, _request):
            log.append(handler.client_address)

    resolver = dnslib.server.BaseResolver()
    server = dnslib.server.DNSServer(resolver, address="127.0.0.1", port=0, tcp=tcp, logger=Note("request", False))

    def ask(address):
        question = dnslib.DNSRecord.question("example.test")
        answer = dnslib.DNSRecord.parse(question.send(*address, tcp=tcp, timeout=30))
        assert answer.header.id == question.header.id

    return server.server, ask


def dns_over_udp(log):
    return dns(log, tcp=False)


def dns_over_tcp(log):
    return dns(log, tcp=True)


def talk_over_websocket(address):
    with websockets.sync.client.connect("ws://{}:{}".format(*address), proxy=None, ping_interval=None) as connection:
        connection.send("hello")
        assert connection.recv(timeout=30) == "HELLO"


def websockets_in_threads(log):
    def echo(connection):
        log.append(connection.remote_address)
        for message in connection:
            connection.send(message.upper())

    def function(listener):
        # Without pings, since nobody waits for the threads that send them.
        with websockets.sync.server.serve(echo, sock=listener, ping_interval=None) as server:
            server.serve_forever()

    return function, talk_over_websocket


def websockets_in_tasks(log):
    async def echo(connection):
        log.append(connection.remote_address)
        async for message in connection:
            await connection.send(message.upper())

    async def function(listener):
        async with websockets.asyncio.server.serve(echo, sock=listener) as server:
            await server.serve_forever()

    return function, talk_over_websocket


def smtp(log):
    class Mailbox:
        async def handle_DATA(self, _server, session, _envelope):  # noqa: N802
            log.append(session.peer)
            return "250 OK"

    async def function(listener):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: aiosmtpd.smtp.SMTP(Mailbox(), loop=loop), sock=listener)
        async with server:
            await server.serve_forever()

    def send_mail(address):
        with smtplib.SMTP(*address, local_hostname="localhost", timeout=30) as client:
            client.sendmail("me@example.test", ["you@example.test"], "Subject: hello\n\nhello")

    return function, send_mail


def uvicorn_server(log):
    class Note(logging.Handler):
        def emit(self, record):
            host, port = record.args[0].rsplit(":", 1)
            log.append((host, int(port)))

    logger = logging.getLogger("uvicorn.access")
    logger.handlers, logger.propagate = [Note()], False
    logger.setLevel("INFO")

    async def page(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"page"})

    async def function(listener):
        await uvicorn.Server(uvicorn.Config(page, lifespan="off", log_config=None)).serve(sockets=[listener])

    return function, get_page


def aiohttp_server(log):
    async def page(request):
        log.append(request.transport.get_extra_info("peername"))
        return aiohttp.web.Response(body=b"page")

    async def function(listener):
        application = aiohttp.web.Application()
        application.router.add_get("/", page)
        runner = aiohttp.web.AppRunner(application)
        await runner.setup()
        await aiohttp.web.SockSite(runner, listener).start()
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    return function, get_page


STRANGERS = [
    werkzeug_threaded,
    django_threaded,
    prometheus,
    dns_over_udp,
    dns_over_tcp,
    websockets_in_threads,
    pytest.param(websockets_in_tasks, marks=accepts_out_of_sight),
    pytest.param(smtp, marks=accepts_out_of_sight),
    pytest.param(uvicorn_server, marks=accepts_out_of_sight),
    pytest.param(aiohttp_server, marks=accepts_out_of_sight),
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_the_record_equals_the_strangers_own_log(stranger, capfd):
    log = []
    made, ask = stranger(log)
    before = dict(vars(made))
    names = set(dir(type(made)))
    with serve(made) as server, ThreadPoolExecutor(4) as clients:
        list(clients.map(ask, [server.address] * REQUESTS))
    assert server.left == ()
    visits = server.visits
    assert len(log) == REQUESTS
    assert sorted(visit.address for visit in visits) == sorted(address[:2] for address in log)
    for visit in visits:
        assert visit.accepted <= visit.began <= visit.ended
        assert (visit.error, visit.worker.split()[0]) == ("", "task" if stranger in TASKS else "worker")
    changed = {name for name, value in vars(made).items() if before.get(name) is not value}
    assert changed <= {"_BaseServer__shutdown_request", "_threads"}  # what serve_forever() and threads set themselves
    assert set(vars(made)) - set(before) <= {"_threads"}
    assert set(dir(type(made))) == names
    gc.collect()
    assert capfd.readouterr() == ("", "")


TASKS = (websockets_in_tasks, smtp, uvicorn_server, aiohttp_server)
