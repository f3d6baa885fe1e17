"""A scheduler or a worker of a cluster, as a process of its own: `cluster_process.py ROLE JSON`."""

import asyncio
import json
import logging
import sys
from typing import Any

from distributed import Scheduler, Worker
from distributed.security import Security


async def main(role: str, told: dict[str, Any]) -> None:
    files = told.get("tls")
    security = (
        Security(
            require_encryption=True,
            tls_ca_file=files["ca"],
            **{
                f"tls_{who}_{what}": files[what]
                for who in ("scheduler", "worker")
                for what in ("cert", "key")
            },
        )
        if files
        else Security()
    )
    protocol = "tls://" if files else "tcp://"
    logging.disable(logging.CRITICAL)
    if role == "scheduler":
        made: Any = Scheduler(
            host="127.0.0.1", protocol=protocol, dashboard=False, security=security
        )
    else:
        made = Worker(
            told["scheduler"], nthreads=told.get("threads", 2), host="127.0.0.1",
            protocol=protocol, dashboard=False, security=security, memory_limit=0,
        )  # fmt: skip
    async with made:
        print(made.address, flush=True)
        await made.finished()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
