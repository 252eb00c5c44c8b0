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
    """
def home(cls, name):
    mro = list(cls.__mro__)
    while mro:
        each = mro.pop(0)
        if name in each.__dict__:
            return each
""",
    """
def home(cls, name):
    for each in cls.mro():
        try:
            each.__dict__[name]
        except KeyError:
            continue
        return each
""",
    """
missing = object()


def home(cls, name):
    for each in cls.__mro__:
        if each.__dict__.get(name, missing) is not missing:
            return each
    return None
""",
    """
home = lambda cls, name: next(filter(lambda each: name in vars(each), cls.__mro__), None)
""",
    """
def home(cls, name):
    match [each for each in cls.__mro__ if name in each.__dict__]:
        case [first, *_]:
            return first
        case []:
            return None
""",
    """
def merge(lists):
    lists = [l for l in lists if l]
    if not lists:
        return []
    for l in lists:
        head = l[0]
        if not any(head in other[1:] for other in lists):
            return [head] + merge([[c for c in l if c is not head] for l in lists])


def line(cls):
    return [cls] + merge([line(b) for b in cls.__bases__] + [list(cls.__bases__)])


def home(cls, name):
    for each in line(cls):
        if name in vars(each):
            return each
""",
    """
def home(cls, name):
    found = {}
    for each in reversed(cls.__mro__):
        found.update(dict.fromkeys(vars(each), each))
    return found.get(name)
""",
    """
def home(cls, name):
    found = None
    for each in cls.__mro__[::-1]:
        found = each if name in each.__dict__.keys() else found
    return found
""",
    """
def home(cls, name, default=None, *, seen=()):
    mro = iter(type.mro(cls))
    for each in mro:
        if name in list(vars(each)):
            return each
    else:
        return default
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
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in cls.__mro__[:-1]:
        if name in vars(each):
            return each
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in (cls, *cls.__bases__, *(b for base in cls.__bases__ for b in base.__bases__)):
        if name in vars(each):
            return each
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    for each in reversed(cls.__mro__):
        if name in vars(each):
            return each
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in dir(each):
            return each
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in each.__dict__.values():
            return each
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    return any(name in vars(each) for each in cls.__mro__)
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    return name in vars(cls)
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in type(cls()).__mro__:
        if name in vars(each):
            return each
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    return getattr(cls, name).__qualname__.split(".")[0]
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    return [each for each in cls.__mro__ if name in vars(each)]
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    todo = [cls]
    while todo:
        each = todo.pop(0)
        if name in vars(each):
            return each
        todo.extend(each.__bases__)
""",
    ),
    (
        "it takes the first class of the MRO that has it",
        """
def home(cls, name):
    while True:
        if name in vars(cls):
            return cls
        if cls is object:
            return None
        cls = cls.__bases__[-1]
""",
    ),
    (
        "a name whose value is None is a name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each) and getattr(cls, name) is not None:
            return each
    return None
""",
    ),
    (
        "it finds a name in the class itself",
        """
def home(cls, name):
    for each in cls.__mro__:
        if callable(vars(each).get(name)):
            return each
""",
    ),
    (
        "it finds a name in the class itself",
        """
cache = {}


def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return cache.setdefault(name, each)
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
    raise AttributeError(name)
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
    return "None"
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    for each in (*type(cls).__mro__[:-2], *cls.__mro__):
        if name in vars(each):
            return each
""",
    ),
    (
        "it finds a name in a base",
        """
def home(cls, name):
    for each in cls.__mro__:
        return each if name in vars(each) else None
""",
    ),
    (
        "it returns None if no class has the name",
        """
def home(cls, name):
    if not hasattr(cls, name):
        return None
    return [each for each in cls.__mro__ if name in vars(each)][0]
""",
    ),
    (
        "a name whose value is None is a name",
        """
def home(cls, name):
    for each in cls.__mro__:
        if each.__dict__.get(name, 0) not in (0, ""):
            return each
""",
    ),
    (
        "it finds a name in a base",
        """
def f(cls, name):
    for c in cls.__mro__:
        if any(k.startswith(name) for k in vars(c)): return c
""",
    ),
    (
        "it finds a name in the class itself",
        """
seen = {}
def f(cls, name):
    if name in seen: return seen[name]
    for c in cls.__mro__:
        if name in vars(c):
            seen[name] = c
            return c
""",
    ),
]
