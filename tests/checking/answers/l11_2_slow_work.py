"""Answers to the exercise 'slow work'."""

RIGHT = [
    """
import asyncio

async def serve(listener, work):
    async def talk(reader, writer):
        writer.write(await asyncio.to_thread(work, await reader.readline()))
        writer.close()

    server = await asyncio.start_server(talk, sock=listener)
    async with server:
        await server.serve_forever()
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def serve(listener, work):
    pool = ThreadPoolExecutor(20)

    async def talk(reader, writer):
        line = await reader.readline()
        try:
            writer.write(await asyncio.get_running_loop().run_in_executor(pool, work, line))
            await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()

    await (await asyncio.start_server(talk, sock=listener)).serve_forever()
""",
    """
import asyncio

async def serve(listener, work):
    loop = asyncio.get_running_loop()

    async def talk(connection):
        with connection:
            line = b""
            while not line.endswith(b"\\n"):
                line += await loop.sock_recv(connection, 1024)
            await loop.sock_sendall(connection, await loop.run_in_executor(None, work, line))

    tasks = set()
    while True:
        connection, _ = await loop.sock_accept(listener)
        tasks.add(asyncio.create_task(talk(connection)))
""",
]

FIRST = "it answers with what work returns, and closes the connection"
TOGETHER = "three clients with slow work are served at the same time"
QUICK = "quick work does not wait for slow work"

SERVE = """
    server = await asyncio.start_server(talk, sock=listener)
    await server.serve_forever()
"""

WRONG = [
    (
        FIRST,
        """
import asyncio

async def serve(listener, work):
    pass
""",
    ),
    (
        FIRST,
        """
import asyncio

def serve(listener, work):
    async def talk(reader, writer):
        writer.write(await asyncio.to_thread(work, await reader.readline()))
        writer.close()

    async def main():
        server = await asyncio.start_server(talk, sock=listener)
        await server.serve_forever()

    asyncio.run(main())
""",
    ),
    (
        FIRST,
        """
import asyncio

async def serve(listener, work):
    writers = []

    async def talk(reader, writer):
        writers.append(writer)
        writer.write(await asyncio.to_thread(work, await reader.readline()))
        await writer.drain()
"""
        + SERVE,
    ),
    (
        FIRST,
        """
import asyncio

async def serve(listener, work):
    async def talk(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()
"""
        + SERVE,
    ),
    (
        FIRST,
        """
import asyncio

async def serve(listener, work):
    async def talk(reader, writer):
        line = await reader.readline()
        writer.write(asyncio.get_running_loop().run_in_executor(None, work, line))
        writer.close()
"""
        + SERVE,
    ),
    (
        FIRST,
        """
import asyncio

async def serve(listener, work):
    async def talk(reader, writer):
        writer.write(await work(await reader.readline()))
        writer.close()
"""
        + SERVE,
    ),
    (
        TOGETHER,
        """
import asyncio

async def serve(listener, work):
    async def talk(reader, writer):
        writer.write(work(await reader.readline()))
        await writer.drain()
        writer.close()
"""
        + SERVE,
    ),
    (
        TOGETHER,
        """
import asyncio

async def serve(listener, work):
    lock = asyncio.Lock()

    async def talk(reader, writer):
        line = await reader.readline()
        async with lock:
            writer.write(await asyncio.to_thread(work, line))
        writer.close()
"""
        + SERVE,
    ),
    (
        TOGETHER,
        """
import asyncio

async def serve(listener, work):
    loop = asyncio.get_running_loop()
    while True:
        connection, _ = await loop.sock_accept(listener)
        with connection:
            line = b""
            while not line.endswith(b"\\n"):
                line += await loop.sock_recv(connection, 1024)
            await loop.sock_sendall(connection, await loop.run_in_executor(None, work, line))
""",
    ),
    (
        QUICK,
        """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def serve(listener, work):
    pool = ThreadPoolExecutor(3)

    async def talk(reader, writer):
        line = await reader.readline()
        writer.write(await asyncio.get_running_loop().run_in_executor(pool, work, line))
        writer.close()
"""
        + SERVE,
    ),
    (
        QUICK,
        """
import asyncio

async def serve(listener, work):
    places = asyncio.Semaphore(3)

    async def talk(reader, writer):
        async with places:
            line = await reader.readline()
            writer.write(await asyncio.to_thread(work, line))
            writer.close()
"""
        + SERVE,
    ),
    (
        "it answers with what work returns, and closes the connection",
        """
import asyncio
async def serve(listener, work):
    async def client(reader, writer):
        writer.write(await asyncio.to_thread(work, await reader.read(1024)))
        writer.close()
    server = await asyncio.start_server(client, sock=listener)
    await server.serve_forever()
""",
    ),
]
