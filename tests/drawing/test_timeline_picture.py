"""The picture: what is drawn, from the data that is drawn; how large; the same for the same run."""

from dataclasses import replace

import pytest
from matplotlib.collections import PolyCollection

from course.drawing.figure import COLOURS, ON_COLOURS
from course.drawing.timeline import BARS, HATCHED, LABELLED, MARKERS
from course.timeline import Ending, Lane, Timeline


def run_of(clients, ending="replied", **times):
    """A staircase of so many clients, a worker each."""
    return Timeline(
        "Server",
        [
            Lane(n, None, 0.0, 0.0, n * 0.1, ending, accepted=(n - 1) * 0.1, began=(n - 1) * 0.1, finished=n * 0.1,
                 worker=f"worker {n}", watched=True, **times)
            for n in range(1, clients + 1)
        ],
    )  # fmt: skip


def texts(axes):
    return [text.get_text() for text in axes.texts]


def bars(axes):
    return [collection for collection in axes.collections if isinstance(collection, PolyCollection)]


def test_each_service_is_a_bar_from_its_begin_to_its_end():
    _steps, lanes = run_of(3).draw().axes
    (service,) = (group for group in bars(lanes) if group.get_hatch() is None)
    boxes = [path.get_extents() for path in service.get_paths()]
    assert [(round(box.x0, 3), round(box.x1, 3)) for box in boxes] == [(0, 0.1), (0.1, 0.2), (0.2, 0.3)]
    assert [round((box.y0 + box.y1) / 2) for box in boxes] == [1, 2, 3]


def test_queued_is_hatched_so_that_black_and_white_loses_nothing():
    _steps, lanes = run_of(3).draw().axes
    (queued,) = (shape for shape in lanes.patches if shape.get_hatch())
    boxes = queued.get_path().to_polygons()
    assert [round(max(x for x, _ in box), 3) for box in boxes] == [0.1, 0.2]


def test_thin_lanes_have_plain_colours_for_hatches_and_hollow_marks_that_can_be_seen():
    figure = run_of(HATCHED + 1, "closed").draw()
    _steps, lanes = figure.axes
    assert [shape for shape in [*lanes.patches, *figure.legends[0].get_patches()] if shape.get_hatch()] == []
    (marks,) = lanes.lines
    assert marks.get_markeredgecolor() == figure.colours["ink"]


def test_workers_have_colours_and_names():
    _steps, lanes = run_of(8).draw().axes
    (service,) = (group for group in bars(lanes) if group.get_hatch() is None)
    assert len({tuple(colour) for colour in service.get_facecolors()}) == len(COLOURS)
    assert texts(lanes) == [f"worker {n}" for n in range(1, 9)]
    assert [label.get_text() for label in lanes.get_yticklabels()] == [f"client {n}" for n in range(1, 9)]


def test_the_title_is_the_runs_sentence():
    steps, _lanes = run_of(3).draw().axes
    assert steps.get_title(loc="left") == "Server: 3 clients, never two at once by 3 threads, 0.30 s"


def test_two_runs_share_their_time_axis_and_one_legend():
    slow, fast = run_of(8), run_of(2)
    figure = slow.draw(fast)
    assert len(figure.axes) == 4
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert len(figure.legends) == 1
    assert figure.sentence == f"{slow.title}. {fast.title}"


@pytest.mark.parametrize("ending", Ending)
def test_each_ending_has_a_shape_of_its_own_and_a_word_in_the_legend(ending):
    figure = run_of(3, ending).draw()
    (marks,) = (line for line in figure.axes[1].lines if line.get_linestyle() == "None")
    assert marks.get_marker() == MARKERS[ending]
    assert ending in [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(set(MARKERS.values())) == len(Ending) - 1 == len(MARKERS) - 1  # replied and answered are one


def test_large_crowds_have_percentiles_and_fewer_labels():
    steps, lanes = run_of(LABELLED + 1).draw().axes
    assert "50th / 95th / 99th percentile" in texts(steps)[0]
    assert texts(lanes) == []
    assert len(lanes.get_yticks()) <= 8


def test_a_field_shows_each_phase_where_it_was():
    run = run_of(BARS + 100)
    _steps, lanes = run.draw().axes
    (image,) = lanes.images
    dots = image.get_array()
    row = dots[-1]
    assert row[0].tolist() != row[-15].tolist()
    blue = [0.0, 0x72 / 255, 0xB2 / 255]
    assert dots[0][0].tolist() == pytest.approx(blue)
    assert row[-17].tolist() == pytest.approx(blue)


@pytest.mark.parametrize("clients", [1, 3, 8, 50, 500, 5000])
@pytest.mark.parametrize("dark", [False, True])
def test_the_png_is_small_and_the_same_each_time(clients, dark):
    run = run_of(clients)
    png = run.draw(dark=dark).png()
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
    assert png == run.draw(dark=dark).png()


def test_everything_drawn_is_inside_the_picture():
    figures = [run.draw(run_of(len(run), "timed out")) for run in (parallel(8), *map(run_of, (1, 3, 50, 500)))]
    figures.append(Timeline("S", [replace(lane, connected=lane.connecting) for lane in parallel(4)]).draw())
    for figure in figures:
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        width, height = figure.canvas.get_width_height()
        boxes = [figure.legends[0].get_window_extent(renderer)]
        for axes in figure.axes:
            words = [text for text in (axes._left_title, axes.xaxis.label, *axes.texts) if text.get_text()]
            boxes += [text.get_window_extent(renderer) for text in words]
        for box in boxes:
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height


def test_a_notebook_gets_a_png_with_its_sentence_and_a_text_without_times():
    data, metadata = run_of(3).draw()._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == "<picture of 3 clients>"
    assert metadata["image/png"]["alt"] == "Server: 3 clients, never two at once by 3 threads, 0.30 s"
    assert metadata["image/png"]["width"] == 800


def test_a_run_against_a_strangers_server_can_be_drawn():
    run = Timeline("127.0.0.1:80", [Lane(1, None, 0.0, 0.1, 1.0, "replied")], watched=False)
    assert "connected" in [text.get_text() for text in run.draw().legends[0].get_texts()]


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def parallel(workers, noun="worker", clients=None):
    """Clients that are served at the same moment, accepted a while before and notified a while after."""
    return Timeline(
        "Server",
        [
            Lane(n, None, 0.0, 0.1, 1.0, "replied", accepted=0.2, began=0.4, finished=0.8,
                 worker=f"{noun} {n % workers + 1}", watched=True)
            for n in range(1, (clients or workers) + 1)
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (parallel(1, clients=3), "in service"),
        (parallel(6), "in service, one colour per thread"),
        (parallel(8), "in service, one colour and hatch per thread"),
        (parallel(3, "process"), "in service, one colour per process"),
        (parallel(3, "task"), "in service, one colour per task"),
        (parallel(40), "in service"),
    ],
)
def test_the_legend_says_what_colours_stand_for_only_if_they_do(run, words):
    assert words in legend_of(run.draw())


def test_runs_of_threads_and_of_processes_share_a_legend():
    assert "in service, one colour per thread or process" in legend_of(parallel(3).draw(parallel(3, "process")))


def test_workers_with_the_same_colour_have_different_hatches():
    _steps, lanes = parallel(8).draw().axes
    looks = [(tuple(colour), group.get_hatch()) for group in bars(lanes) for colour in group.get_facecolors()]
    assert len(looks) == len(set(looks)) == 8


def test_every_phase_that_can_be_seen_is_in_the_legend():
    assert legend_of(parallel(3).draw()) == [
        "connecting", "queued: connected, not accepted", "accepted, not served yet",
        "in service, one colour per thread", "served, the client does not know yet", "replied",
    ]  # fmt: skip


def test_names_fit_into_their_bars_beside_a_longer_run():
    short = Timeline("S", [Lane(1, None, 0, 0, 0.1, "replied", began=0, finished=0.1, worker="worker 1", watched=True)])
    assert texts(short.draw().axes[1]) == ["worker 1"]
    assert texts(short.draw(parallel(2)).axes[1]) == ["worker 1"]
    assert texts(short.draw(run_of(20)).axes[1]) == []


def test_text_on_colours_has_enough_contrast():
    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour, ink in zip(COLOURS, ON_COLOURS, strict=True):
        dark, light = sorted([luminance(colour), luminance(ink)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5
