"""What a player's device would take for an inference, estimated from counted instructions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """A device by what it is assumed to do: its clock, and instructions in a cycle."""

    name: str
    gigahertz: float
    per_cycle: float

    @property
    def per_second(self) -> float:
        """Instructions in a second."""
        return self.gigahertz * 1e9 * self.per_cycle

    def milliseconds(self, instructions: float) -> float:
        """Return the time that so many instructions take."""
        return 1000 * instructions / self.per_second


# Round figures of the middle class: a Cortex-A55 at 2 GHz, an A12-like tablet held back by heat,
# a desktop of recent years. An interpreter jumps too much to fill wider machines.
DEVICES = (
    Device("phone", 2.0, 1.25),
    Device("tablet", 2.5, 2.0),
    Device("desktop", 4.0, 2.5),
)


def assumption() -> str:
    """Say what the estimates rest on."""
    each = "; ".join(
        f"{device.name}: {device.gigahertz:g} GHz × {device.per_cycle:g} instructions a cycle"
        for device in DEVICES
    )
    return (
        "Estimated, not measured: instructions counted on this machine, divided by what a device"
        f" of the middle class is assumed to run ({each}). It takes the same interpreter, as many"
        " instructions on ARM as on x86-64, and a device with nothing else to do."
    )
