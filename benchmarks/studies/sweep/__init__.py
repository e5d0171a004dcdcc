"""Many seeds of many networks, trained and judged on Dask."""
