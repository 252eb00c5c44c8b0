"""Lesson 05: find by hand which class supplies a name."""

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word

exercise = Exercise(
    name="where it lives",
    lesson=5,
    number=1,
    task="Write a function of a class and a name that returns the class which supplies the name to the instances: "
    "the first along the method resolution order that has it in its own __dict__. If none has it, return None.",
    takes=function_of("cls", "name", is_apart=True),
)


class Meta(type):
    """A class of classes, with a name that instances do not have."""

    def made_by_meta(cls) -> None: ...


def classes(name: str) -> dict[str, tuple[type, type | None]]:
    """Cases: a class, and the class that supplies `name` to its instances."""
    base = type("Base", (), {name: lambda self: 1})
    plain = type("Plain", (), {})
    left = type("Left", (base,), {})
    right = type("Right", (base,), {name: lambda self: 2})
    diamond = type("Diamond", (left, right), {})
    own = type("Own", (plain,), {name: lambda self: 3})
    empty = type("Empty", (base,), {name: None})
    late = type("Late", (left, empty), {})
    return {
        "own": (own, own),
        "inherited": (left, base),
        "diamond": (diamond, right),
        "none": (plain, None),
        "empty": (late, empty),
    }


@exercise.inside
def tried(answer, case: str, name: str) -> tuple[bool, str, str]:
    """Whether the answer is right in one case; what it returned, and what was wanted."""
    cls, wanted = (Meta("Odd", (), {}), None) if case == "meta" else classes(name)[case]
    got = answer(cls, "made_by_meta" if case == "meta" else name)
    return got is wanted, described(got), described(wanted)


def described(it: object) -> str:
    return it.__name__ if isinstance(it, type) else repr(it)[:60]


@exercise.solution
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
    return None


def expect(subject: AnswerUnderTest, case: str, words: str) -> None:
    right, got, wanted = subject.do("tried", case, f"name_{random_word(4)}")
    if not right:
        raise Wrong(f"{words}: it returned {got}, not {wanted}")


@exercise.step(
    "it finds a name in the class itself",
    "vars(cls), which is cls.__dict__, holds what a class has of its own: name in vars(cls).",
)
def own(subject: AnswerUnderTest) -> None:
    expect(subject, "own", "the class has the name itself")


@exercise.step(
    "it finds a name in a base",
    "cls.__mro__ is the tuple of classes in which Python looks, in this order.",
    "for each in cls.__mro__: if name in vars(each): return each",
)
def inherited(subject: AnswerUnderTest) -> None:
    expect(subject, "inherited", "a base has the name, and the class has not")


@exercise.step(
    "it takes the first class of the MRO that has it",
    "Walk along cls.__mro__, not from base to base: with two bases the order is another one. And stop at the first.",
)
def diamond(subject: AnswerUnderTest) -> None:
    expect(subject, "diamond", "Diamond(Left, Right), where Right has the name, and the Base of both has it too")


@exercise.step(
    "a name whose value is None is a name",
    "Ask whether the name is in the __dict__, not whether its value is true.",
)
def empty(subject: AnswerUnderTest) -> None:
    expect(subject, "empty", "a class sets the name to None, so it supplies it")


@exercise.step(
    "it returns None if no class has the name",
    "The loop ends without having found anything: return None after it.",
    "getattr and hasattr look in the class of the class too; vars(each) does not.",
)
def none(subject: AnswerUnderTest) -> None:
    expect(subject, "none", "no class has the name")
    expect(subject, "meta", "only the metaclass has the name, so no instance has it")
