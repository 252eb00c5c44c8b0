"""Answers to the exercise 'predict the calls'."""

RIGHT = [
    """
calls = (
    "process_request_thread", "finish_request", "__init__", "setup",
    "handle", "finish", "shutdown_request", "close_request",
)
""",
    """
calls = [
    "ThreadingMixIn.process_request_thread",
    "BaseServer.finish_request",
    "BaseRequestHandler.__init__",
    "BaseRequestHandler.setup",
    "Upper.handle",
    "BaseRequestHandler.finish",
    "TCPServer.shutdown_request",
    "TCPServer.close_request",
]
""",
    """
names = "process_request_thread finish_request __init__ setup handle finish shutdown_request close_request"
calls = [name + "()" for name in names.split()]
""",
    """
calls = list(
    (
        "process_request_thread",
        "finish_request",
        "__init__",
        "setup",
        "handle",
        "finish",
        "shutdown_request",
        "close_request",
    )
)
""",
    """
calls = [
    "self.process_request_thread",
    "self.finish_request",
    "self.__init__",
    "self.setup",
    "self.handle",
    "self.finish",
    "self.shutdown_request",
    "self.close_request",
]
""",
    """
calls = [
    "process_request_thread(request, client_address)",
    "finish_request(request, client_address)",
    "__init__(self, request, client_address, server)",
    "setup()",
    "handle()",
    "finish()",
    "shutdown_request(request)",
    "close_request(request)",
]
""",
    """
calls = [
    "socketserver.ThreadingMixIn.process_request_thread",
    "socketserver.BaseServer.finish_request",
    "socketserver.BaseRequestHandler.__init__",
    "BaseRequestHandler.setup",
    "Handler.handle",
    "BaseRequestHandler.finish",
    "socketserver.TCPServer.shutdown_request",
    "socketserver.TCPServer.close_request",
]
""",
    """
calls = [
    " process_request_thread ",
    " finish_request ",
    " __init__ ",
    " setup ",
    " handle ",
    " finish ",
    " shutdown_request ",
    " close_request ",
]
""",
    """
text = \"\"\"
process_request_thread
finish_request
__init__
setup
handle
finish
shutdown_request
close_request
\"\"\"
calls = text.split()
""",
    """
calls = ["process_request_thread"]
life = ["setup", "handle", "finish"]
calls = [*calls, "finish_request", "__init__", *life] + [f"{verb}_request" for verb in ("shutdown", "close")]
""",
    """
import socketserver

calls = [
    f.__name__
    for f in (
        socketserver.ThreadingMixIn.process_request_thread,
        socketserver.BaseServer.finish_request,
        socketserver.BaseRequestHandler.__init__,
        socketserver.BaseRequestHandler.setup,
        socketserver.BaseRequestHandler.handle,
        socketserver.BaseRequestHandler.finish,
        socketserver.TCPServer.shutdown_request,
        socketserver.TCPServer.close_request,
    )
]
""",
]

WRONG = [
    (
        "it begins with the first calls",
        """
calls = ["process_request_thread"]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = ["process_request_thread", "handle", "shutdown_request"]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "process_request_thread", "process_request", "finish_request", "__init__", "setup",
    "handle", "finish", "shutdown_request", "close_request",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "process_request_thread", "finish_request", "setup", "handle", "finish", "shutdown_request", "close_request",
]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = ["process_request_thread", "finish_request", "__init__", "handle", "shutdown_request", "close_request"]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = [
    "process_request_thread", "finish_request", "__init__", "setup", "finish", "handle",
    "shutdown_request", "close_request",
]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = [
    "process_request_thread", "finish_request", "__init__", "setup", "handle", "finish",
    "close_request", "shutdown_request",
]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = [
    "process_request_thread", "finish_request", "__init__", "setup", "handle", "finish", "shutdown_request",
]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = [
    "process_request_thread", "finish_request", "__init__", "setup", "handle", "finish",
    "shutdown_request", "close_request", "server_close",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "__init__",
    "process_request_thread",
    "finish_request",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "serve_forever",
    "get_request",
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = ["process_request_thread", "__init__", "setup", "handle", "finish", "shutdown_request", "close_request"]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "process_request",
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "RequestHandlerClass",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = ["process_request_thread, finish_request, __init__, setup, handle, finish, shutdown_request, close_request"]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "Handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = ["process_request_thread", "finish_request", "__init__", "setup", "handle", "shutdown_request", "close_request"]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "handle_error",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = ["process_request_thread", "finish_request", "__init__", "setup", "handle", "finish"]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = ["process_request_thread", "finish_request", "__init__", "setup", "handle", "finish", "close_request"]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
    "close",
]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
    "process_request_thread",
]
""",
    ),
    (
        "it has the life of the handler",
        """
calls = [
    "process_request_thread",
    "finish_request",
    "__init__",
    "setup",
    "handle",
    "shutdown_request",
    "close_request",
    "finish",
]
""",
    ),
    (
        "it begins with the first calls",
        """
calls = []
""",
    ),
    (
        "it begins with the first calls",
        """
calls = [""]
""",
    ),
    (
        "it has the end of the connection",
        """
calls = ["process_request_thread", "finish_request", "__init__", "setup", "handle", "finish", "server_close"]
""",
    ),
]
