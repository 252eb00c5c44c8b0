"""Lesson 05: find by hand which class supplies a name."""

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, fail_if
from course.checking.served_answers import random_word

exercise = Exercise(
    name="where it lives",
    lesson=5,
    number=1,
    task="Write a function that takes a class and a name, and returns the class from which the instances get that "
    "name: the first along the method resolution order that has it in its own __dict__, whatever its value is. It "
    "returns the class itself, not the class's name. If none has it, return None.",
    takes=function_of("cls", "name", is_apart=True),
)
VALUES: list[object] = [lambda self: 1, 7, property(lambda self: 1), staticmethod(len), classmethod(lambda cls: 1)]


class Meta(type):
    """A class of classes, with a name that instances do not have."""

    def made_by_meta(cls) -> None: ...


def cases(name: str, value: object) -> dict[str, list[tuple[type, str, type | None]]]:
    """Classes, a name, and the class that supplies it to the instances; in most of them `name` stands for `value`."""

    def new(title: str, *bases: type, **names: object) -> type:
        return type(bases[0])(title, bases, names) if bases else type(title, (), names)

    here = {name: value}
    longer = {f"{name}_too": value}
    plain = new("Plain", __init__=lambda self, needed: None)
    own = new("Own", plain, **here)
    base = new("Base", plain, **here)
    left, right = new("Left", base, **longer), new("Right", base, **here)
    deep = left
    for number in range(5):
        deep = new(f"Deep{number}", deep)
    empty = [new("Empty", base, **{name: nothing}) for nothing in (None, 0, "")]
    too = type("MetaToo", (type,), here)
    return {
        "own": [(own, name, own)],
        "inherited": [(left, name, base), (deep, name, base)],
        "object": [(plain, "__reduce__", object)],
        "diamond": [(new("Diamond", left, right), name, right)],
        "first": [(new("First", deep, own), name, base)],
        "second": [(new("Second", new("Other"), left), name, base)],
        "empty": [(new("Late", left, each), name, each) for each in empty],
        "none": [(plain, name, None)],
        "meta": [(Meta("Odd", (), {}), "made_by_meta", None), (too("Odd", (left,), {}), name, base)],
    }


@exercise.inside
def tried(answer, case: str, name: str) -> tuple[str, str] | None:
    """What the answer returned where it is not right in one case, and what was wanted."""
    for value in VALUES:
        for cls, asked, wanted in cases(name, value)[case]:
            if (got := answer(cls, asked)) is not wanted:
                return described(got), described(wanted)
    return None


def described(it: object) -> str:
    return f"the class {it.__name__}" if isinstance(it, type) else repr(it)[:60]


@exercise.solution
def home(cls, name):
    for each in cls.__mro__:
        if name in vars(each):
            return each
    return None


def expect(subject: AnswerUnderTest, case: str, words: str, hint: str = "") -> None:
    got, wanted = subject.do("tried", case, f"name_{random_word(4)}") or ("", "")
    if got and got == wanted:
        got, hint = f"another class of the name {got.removeprefix('the class ')}", "Keep nothing from call to call."
    elif got == repr(wanted.removeprefix("the class ")):
        hint = "That is the class's name. Return the class: each, not each.__name__."
    elif got in ("True", "False"):
        hint = "That says whether a class has the name. Return the class that has it."
    fail_if(got, f"{words}: it returned {got}, not {wanted}", hint)


@exercise.step(
    "it finds a name in the class itself",
    "vars(cls), which is cls.__dict__, holds what a class has of its own. If name in vars(cls), return cls.",
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
    expect(subject, "object", "the name is __reduce__, which only object has")


@exercise.step(
    "it takes the first class of the MRO that has it",
    "Walk along cls.__mro__, not from base to base: with two bases the order is another one. And stop at the first.",
)
def diamond(subject: AnswerUnderTest) -> None:
    expect(subject, "diamond", "Diamond(Left, Right), where Right has the name, and the Base of both has it too")
    expect(subject, "first", "First(Deep, Own), where a base of Deep has the name, and Own has it too")
    expect(subject, "second", "Second(Other, Left), where Other does not have the name, and a base of Left has it")


@exercise.step(
    "a name whose value is None is a name",
    "Ask whether the name is in the __dict__, not whether its value is true.",
)
def empty(subject: AnswerUnderTest) -> None:
    expect(subject, "empty", "a class sets the name to None, 0 or '', so it supplies it")


@exercise.step(
    "it returns None if no class has the name",
    "The loop ends without having found anything: return None after it.",
)
def none(subject: AnswerUnderTest) -> None:
    expect(subject, "none", "no class has the name")
    hint = "getattr and hasattr look in the class of the class too; vars(each) does not."
    expect(subject, "meta", "the class of the class has the name, which instances do not get from there", hint)
