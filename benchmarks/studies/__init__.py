"""Studies beyond one benchmark run: ablation, seed sweeps, teaching, frames."""
