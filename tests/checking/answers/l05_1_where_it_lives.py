"""Answers to the exercise 'where it lives'."""

RIGHT = [
    """
def home(cls, name):
    return next((each for each in cls.__mro__ if name in each.__dict__), None)
""",
    """
import inspect

def home(cls, name):
    found = [each for each in inspect.getmro(cls) if name in vars(each)]
    return found[0] if found else None
""",
    """
def home(cls, name):
    def search(classes):
        if not classes:
            return None
        first, *others = classes
        return first if name in dict(vars(first)) else search(others)

    return search(type.mro(cls))
""",
]

WRONG = [
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in cls.__mro__[1:]:
        if name in vars(each):
            return each
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each.__name__
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            print(each)
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    if name in vars(cls):
        return cls
    return None
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in cls.__mro__:
        if hasattr(each, name):
            return each
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
        return None
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    if name in vars(cls):
        return cls
    for base in cls.__bases__:
        found = home(base, name)
        if found:
            return found
    return None
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    found = None
    for each in cls.__mro__:
        if name in vars(each):
            found = each
    return found
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    while name not in vars(cls):
        if cls is object:
            return None
        cls = cls.__bases__[0]
    return cls
""",
    ),
    (
        "a name whose value is None is a name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if vars(each).get(name):
            return each
    return None
""",
    ),
    (
        "a name whose value is None is a name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if each.__dict__.get(name) is not None:
            return each
    return None
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
    return object
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    return [each for each in cls.__mro__ if name in vars(each)][0]
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    getattr(cls, name)
    for each in cls.__mro__:
        if name in vars(each):
            return each
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    for each in (*cls.__mro__, type(cls)):
        if name in vars(each):
            return each
    return None
""",
    ),
]
