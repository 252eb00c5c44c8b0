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
]
