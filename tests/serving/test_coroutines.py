"""serve() with coroutine functions: a task for each client, all at once, and asyncio cleans up after itself."""

import asyncio
import gc
import socket
import sys
import threading

import pytest

from course import crowd, serve

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(sys.platform == "win32", reason="there asyncio accepts connections out of Python's sight"),
]


def meeting(clients):
    """A handler for asyncio.start_server that replies when so many clients have come."""
    barrier = asyncio.Barrier(clients)

    async def handle(reader, writer):
        message = await reader.read(100)
        async with asyncio.timeout(20):
            await barrier.wait()
        writer.write(message.upper())
        writer.close()
        await writer.wait_closed()

    return handle


async def with_start_server(listener):
    server = await asyncio.start_server(meeting(4), sock=listener)
    async with server:
        await server.serve_forever()


async def with_sock_accept(listener):
    loop, barrier = asyncio.get_running_loop(), asyncio.Barrier(4)

    async def handle(connection):
        with connection:
            message = await loop.sock_recv(connection, 100)
            async with asyncio.timeout(20):
                await barrier.wait()
            await loop.sock_sendall(connection, message.upper())

    async with asyncio.TaskGroup() as group:
        while True:
            connection, _ = await loop.sock_accept(listener)
            group.create_task(handle(connection))


def with_a_loop_of_its_own(listener):
    asyncio.run(with_start_server(listener))


class Protocol(asyncio.Protocol):
    """It has no task: its callbacks run in the loop."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data.upper())
        self.transport.close()


async def with_a_protocol(listener):
    server = await asyncio.get_running_loop().create_server(Protocol, sock=listener)
    async with server:
        await server.serve_forever()


@pytest.mark.parametrize("function", [with_start_server, with_sock_accept, with_a_loop_of_its_own])
def test_each_client_is_served_by_its_task_and_all_at_once(function, capfd):
    with serve(function) as server:
        run = crowd(server, 4)
        assert "serving at" in repr(server)
    assert server.name == function.__name__
    assert run.endings == {"replied": 4}
    assert (run.manner, run.peak) == ("all at once", 4)
    assert run.workers == ["task 1", "task 2", "task 3", "task 4"]
    assert all(visit.ended for visit in server.visits)
    gc.collect()
    assert (server.failure, server.left, *capfd.readouterr()) == ("", (), "", "")


def test_a_protocol_is_served_by_the_loop():
    with serve(with_a_protocol) as server:
        run = crowd(server, 3)
    assert (run.endings, run.workers) == ({"replied": 3}, ["loop"])


def test_a_handler_is_known_by_its_task_before_it_replies():
    async def hold(reader, writer):
        await reader.read(100)
        inside.set()
        await reader.read(100)
        writer.close()

    async def function(listener):
        async with await asyncio.start_server(hold, sock=listener) as server:
            await server.serve_forever()

    inside = threading.Event()
    with serve(function) as server, socket.create_connection(server.address) as client:
        client.sendall(b"x")
        assert inside.wait(20)
        assert [visit.worker for visit in server.visits] == ["task 1"]


def test_one_task_that_serves_them_all_does_so_one_at_a_time():
    async def function(listener):
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            with connection:
                await loop.sock_sendall(connection, (await loop.sock_recv(connection, 100)).upper())

    with serve(function) as server:
        run = crowd(server, 4)
    assert (run.manner, run.workers, run.endings) == ("one at a time", ["loop"], {"replied": 4})


def test_what_a_handler_raises_is_recorded_and_not_printed(capfd):
    async def fail(reader, writer):
        await reader.read(100)
        try:
            raise LookupError("nothing there")
        finally:
            writer.close()

    async def function(listener):
        async with await asyncio.start_server(fail, sock=listener) as server:
            await server.serve_forever()

    with serve(function) as server:
        run = crowd(server, 2)
    gc.collect()
    assert {visit.error for visit in server.visits} == {"LookupError: nothing there"}
    assert set(run.endings) <= {"handler raised", "closed"}
    assert capfd.readouterr() == ("", "")


def test_stop_lets_handlers_reply_and_then_lets_asyncio_clean_up(capfd):
    events = []

    async def wait(reader, writer):
        inside.set()
        assert await reader.read(100) == b""  # the end of the stream, since the server is stopped
        writer.write(b"bye")
        writer.close()

    async def housekeeping():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # cleaning up takes more than one turn of the loop
            await asyncio.sleep(0)
            events.append("cleaned up")

    async def function(listener):
        task = asyncio.create_task(housekeeping())
        try:
            async with await asyncio.start_server(wait, sock=listener) as server:
                await server.serve_forever()
        finally:
            events.append("cancelled")
            del task

    inside = threading.Event()
    server = serve(function)
    with socket.create_connection(server.address) as client:
        assert inside.wait(20)
        server.stop()
        assert client.recv(10) == b"bye"
    gc.collect()
    assert sorted(events) == ["cancelled", "cleaned up"]
    assert (server.left, *capfd.readouterr()) == ((), "", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)


def test_a_function_with_a_loop_of_its_own_cleans_up_too(capfd):
    events = []

    async def slow_to_end(_reader, _writer):
        inside.set()
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            events.append("cleaned up")
            _writer.close()

    async def main(listener):
        async with await asyncio.start_server(slow_to_end, sock=listener) as server:
            await server.serve_forever()

    def function(listener):
        asyncio.run(main(listener))

    inside = threading.Event()
    server = serve(function)
    with socket.create_connection(server.address):
        assert inside.wait(20)
        server.stop()
    gc.collect()
    assert events == ["cleaned up"]
    assert (server.left, *capfd.readouterr()) == ((), "", "")


def test_a_coroutine_function_that_raises_says_so():
    async def fail(_listener):
        raise ValueError("not today")

    with serve(fail) as server:
        server._running._loop.join(20)
        assert "ValueError: not today" in server.failure


def test_a_task_that_hangs_the_loop_is_named():
    async def hang(_listener):
        inside.set()
        release.wait(60)

    inside, release = threading.Event(), threading.Event()
    server = serve(hang)
    assert inside.wait(20)
    with pytest.warns(RuntimeWarning, match=r"called by hang\(\)"):
        server.stop(deadline=0.1)
    release.set()
    server._running._loop.join(20)


def test_a_lambda_and_a_callable_object_may_return_a_coroutine():
    class Callable:
        async def __call__(self, listener):
            await with_a_protocol(listener)

    for function in (lambda listener: with_a_protocol(listener), Callable()):
        with serve(function) as server:
            assert crowd(server, 1).endings == {"replied": 1}
