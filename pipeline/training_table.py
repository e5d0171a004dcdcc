"""What `nox -s train` ends in: a line for each network."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from pipeline.progress import duration
from pipeline.stages import Exported, training_step

HEADINGS = ("accuracy", "loss", "accuracy,\none pass", "loss,\none pass", "weights", "Luau", "time")


def training_table(exported: Sequence[Exported], seconds: Mapping[str, float]) -> Table:
    """Return a table of trained networks; `seconds` are those of the run's steps by their names."""
    images = exported[0].quantized.validation.images
    title = f"Read of {images:,} validation images, which no network was trained on"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("network", vertical="bottom")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True, vertical="bottom")
    for each in exported:
        validation, took = each.quantized.validation, seconds.get(training_step(each.architecture))
        table.add_row(
            each.architecture.name,
            f"{validation.accuracy:.2%}",
            f"{validation.loss:.4f}",
            f"{validation.one_pass_accuracy:.2%}",
            f"{validation.one_pass_loss:.4f}",
            f"{each.quantized.network.weight_bytes:,} B",
            f"{each.model_file.stat().st_size:,} B",
            "unchanged" if took is None else duration(took),
        )
    return table
